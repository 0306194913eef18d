/// The front door for people: a heap to open, use and close, and the table of allocators.
///
/// Everything else of the core may be used from here; nothing in the core uses this package.
package org.allod.heap;
