/// Tests of the arenas: one contract for the three kinds, then what each has for itself.
package org.allod.ffm;
