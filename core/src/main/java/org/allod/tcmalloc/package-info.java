/// TCMalloc.
package org.allod.tcmalloc;
