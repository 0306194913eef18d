/// Niall Douglas' nedmalloc, 1.10 beta 4: each thread keeps what it frees in a cache of its own,
/// sorted by powers of two, and takes it from there again without a lock. Behind the caches are a
/// few whole dlmalloc heaps; who finds one busy takes another. Fast where threads reuse what they
/// free; it pays with rounding.
///
/// ```
///   thread 1        thread 2        100,000 virtual threads
///      │               │               │ one of a few stripes, or none
///   ┌──┴───┐        ┌──┴───┐        ┌──┴───┐
///   │cache │        │cache │        │cache │ ...      32 .. 8192 bytes, 1 MiB each
///   └──┬───┘        └──┬───┘        └──┬───┘
///      │  try-lock     │  try-lock     │
///   ┌──┴───────────────┴───────────────┴──┬───────────────────────┐
///   │ space 0: a dlmalloc, a lock         │ space 1: the same     │ ...  up to 16, one region
///   └─────────────────────────────────────┴───────────────────────┘
/// ```
///
/// What the original calls a pool is one [NedMalloc]. A space is a
/// [DlMalloc][org.allod.dlmalloc.DlMalloc] with footers: behind each block stands which space's it
/// is, and whether it is in a cache.
///
/// ```
///            address
///               ▼
///   live   │head│ the caller's bytes ............................ │ space, magic         │head│
///   cached │head│ clock │ older │ newer │ ....................... │ space, magic, CACHED │head│
///
///   a cache    bin 1 (32 B)  newest ─► ... ─► oldest
///              bin 2 (64 B)  newest ─► oldest
///              ...
///              bin 9 (8 KiB) empty
/// ```
///
/// # One allocation, in steps
///
/// `allocate(100, 16)` in [NedMalloc]:
///
/// 1. The thread's cache is looked up. The first time there is none: the caches of threads that
///    have died are emptied, and a record of 200 bytes in space 0 becomes the new one.
/// 2. The newest block of the bin for 128 bytes is it, or the newest of the next bin: its tags are
///    compared, CACHED goes, and that is all.
/// 3. If both are empty, 128 bytes are taken from the space that served the thread last; from the
///    next that is not busy; from a new one, which takes the upper half of the largest range; or
///    from the last one, after waiting.
/// 4. If that has no room, the others are asked, the caches that may be are emptied, and all asked
///    again.
///
/// A free compares the tags and puts a block of up to 8,208 bytes into the freeing thread's cache,
/// whoever allocated it. When a cache has 1 MiB, what came 128 frees ago or earlier goes back to
/// its spaces; if that is not enough, what came 64 frees ago, and so on.
///
/// # Threads that end, and those that are virtual
///
/// Nobody tells a heap that a thread has ended. Whenever a cache is made, memory is short, or the
/// heap is trimmed, counted or closed, it asks which threads are alive, and takes over the caches
/// of those that are not. A virtual thread has no cache: it takes one of a few for a moment
/// ([HeapCaches][org.allod.parts.HeapCaches]), never while it waits for a lock, and does without
/// where those are taken.
///
/// # Invariants
///
/// - **ned.I1** spaces are numbered as they were made; their ranges tile the region; each keeps
///   dlmalloc's invariants.
/// - **ned.I2** behind each live block stands the mark of its space.
/// - **ned.I3** a block has CACHED behind it exactly if it is in one list of one cache, once, or is
///   nobody's: a cache's record, or what stands for a space's lock.
/// - **ned.I4** the lists' links are mutual, from newest to oldest by the clock; a bin's blocks
///   have its size to twice that.
/// - **ned.I5** each cache's counters are those of its lists; a cache has at most 1 MiB, rounded
///   down to powers of two, after each free.
///
/// # Costs
///
/// Cached: O(1), a look-up of the thread and a dozen loads and stores, nothing shared with another
/// thread. Else a lock, and dlmalloc's. Ageing comes in bursts. Sixteen bytes a block, and up to
/// twice what was asked for below 8 KiB: over real programs 1.2 times what is live, 1.9 at worst.
/// Up to 1 MiB in each thread's cache. 1,248 bytes for the first space and cache.
///
/// # What differs from the original
///
/// - A dead thread's cache is emptied; the original's leaks 1 MiB and one of 256 slots. There are
///   no slots.
/// - A disabled cache stays disabled; the original wrote a number that could read as "not set".
/// - What is a block is told by its own tags and bounds that never change, not by the lowest
///   address and largest size seen so far, which all threads wrote.
/// - A resize holds the lock of the block's own space throughout.
/// - A block freed twice is seen wherever it is in whatever cache, not as the newest alone; links
///   and tags are compared before they are followed.
/// - Where one space has no room, the others serve. Memory goes back to the system, as in dlmalloc.
/// - Spaces share one region instead of mapping segments. A request of 256 KiB or more for which a
///   space has to grow starts a granule, as the original's direct maps do over granules; no other
///   pages.
///
/// Kept, openly: the plain `reallocate` goes by the space and not by the cache;
/// [NedMalloc#realloc2] goes by the cache.
///
/// # Reading order
///
/// [NedBlock], [NedMarks], [NedCache], [NedSpace], [NedSpaces], [NedCaches], [NedRequests],
/// [NedMalloc]; then [NedWalk] and [NedVerifier] beside the invariants.
///
/// Source: nedmalloc 1.10 beta 4 by Niall Douglas (2005-2014), Boost Software License 1.0. Written
/// from a description of the algorithm; no line of it was copied.
package org.allod.nedmalloc;
