/// Allocators that wrap another one: to check its user, to fail on purpose, to record.
package org.allod.check;
