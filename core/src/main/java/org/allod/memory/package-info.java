/// Raw memory: loads and stores by absolute address, and pages from the operating system.
///
/// ```
///   allocators, owners, wrappers          addresses are plain longs
///        │                 │
///        ▼                 ▼
///   Memory            VirtualMemory
///   load, store,      reserve, commit,
///   copy, fill        decommit, release
///        │                 │
///   one segment over    mmap / VirtualAlloc
///   all memory          by downcall
/// ```
///
/// Nothing here checks an address. Whoever calls has compared it with the bounds of a region of its
/// own, because a load from a page that is not mapped ends the process. That is why the package is
/// exported to Allod's own lab and benchmarks alone.
///
/// Source: the Foreign Function & Memory API (JEP 454).
package org.allod.memory;
