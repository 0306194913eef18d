/// Stand-in.
package org.allod.simplebuddy;
