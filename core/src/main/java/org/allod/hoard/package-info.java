/// Hoard.
package org.allod.hoard;
