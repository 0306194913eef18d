/// The front door for people: a heap to open, use and close, and the table of allocators.
///
/// ```
///   Heap ── segments with bounds, one lifetime for all of them
///    │       ledger: address -> size, alignment, site     exact frees, leak reports
///    ├── arenas: confined, shared, automatic
///    │
///    ├── TrackedAllocator     tracking(SITES): arenas, owners and raw blocks have sites, too
///    ▼
///   [RecordingAllocator]        record(file)
///    ▼
///   [CheckedAllocator]          checked(true)
///    ▼
///   LockedAllocator             where the allocator is for one thread
///    ▼
///   Allocator over a Region     allocator(name), reserve(bytes), limit(bytes)
///                               by default jemalloc; below 2 MiB dlmalloc
/// ```
///
/// **One allocation.** `heap.allocate(100)`: 1. takes a share of the gate, which a close needs for
/// itself alone; 2. asks the allocator for 100 zeroed bytes; 3. writes address, size and, if
/// wanted, the caller's stack into the ledger; 4. makes a segment of the heap's session; 5. gives
/// the share back.
///
/// - **heap.I1** every segment that is out is in the ledger, under its address, once.
/// - **heap.I2** after the close has taken the gate no call reaches the allocator.
/// - **heap.I3** the session keeps the allocator, and so the region, reachable: no segment that is
///   alive has lost its memory.
///
/// Everything else of the core may be used from here; nothing in the core uses this package.
package org.allod.heap;
