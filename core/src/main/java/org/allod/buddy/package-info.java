/// Stand-in.
package org.allod.buddy;
