/// rCore's buddy system.
package org.allod.buddy;
