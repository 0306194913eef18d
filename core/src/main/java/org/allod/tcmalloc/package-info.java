/// TCMalloc, as in gperftools: each thread keeps free blocks of 85 sizes in lists of its own and
/// serves itself from them, without a lock and without a header on any block. Batches move between
/// the threads' lists and central ones; the central ones cut blocks from spans of whole pages.
///
/// ```
///  thread ──► cache: a list of each class, no lock            all together at most 32 MiB
///               │ empty: a batch          ▲ too long, too full: a batch
///               ▼                         │
///             central list of the class ──┴── slots of whole batches, a lock each
///               │ no span with room       ▲ all blocks of a span are back
///               ▼                         │
///             page heap: spans by length, one lock ──► the region grows; pages go back
///
///  region
///  ├─────────┬─────────┬───────────────────┬───────────┬──────────────┬───────────────────────┤
///  │ 1 page  │ 2 pages │ 40 pages          │ 3 pages   │ 5 pages      │ never taken           │
///  │ of 64 B │ of 2 KiB│ one large block   │ free      │ returned     │                       │
///  └─────────┴─────────┴───────────────────┴───────────┴──────────────┴───────────────────────┘
///  kinds   4        36         0                 0            0           a byte a page: class+1
/// ```
///
/// What a block is, is told by its page: the page map has a byte for each page, the class of the
/// blocks on it, and the number of the span that owns it. So a block has no tag of its own.
///
/// ```
///   live  │ the caller's ................... │       free  │ next │ ................. │
/// ```
///
/// # One allocation, in steps
///
/// `allocate(100, 16)` in [TcMalloc]:
///
/// 1. 100 is of class 7, 112 bytes: one load from a table of 2,169 bytes in [TcClasses].
/// 2. The newest block of list 7 of the thread's [TcCache] is it. Its page is compared with the
///    class, the next one becomes the newest. Done, without a lock.
/// 3. Otherwise a few come from the [TcCentral] of the class: one the first time, then two, then
///    three, up to a batch of 32; from then on a batch, and the list may be longer by a batch. A
///    whole batch may lie in a slot as another thread left it.
/// 4. Otherwise blocks are cut from a span with room, the newest first; a new span comes from the
///    [org.allod.parts.PageHeap]: the shortest that fits, cut, or 1 MiB more of the region.
/// 5. Where nothing is left the caches that can be are emptied, and the slots, and all free pages
///    go back so that they merge; then it is `NULL`.
///
/// A free puts the block on the freeing thread's list, whoever allocated it. A list that is longer
/// than it may be gives a batch back. A cache that has more bytes than its budget gives back half
/// of what each list did not need since the last time, and asks for more budget: [TcBudget].
/// Above 256 KiB a block is a span of pages; a sampled block, too.
///
/// # Threads
///
/// A cache is found through [org.allod.parts.ThreadCaches]; that of a thread that has died goes
/// back to the central lists, and so does what is in it when the thread calls [TcMalloc#idle].
/// Virtual threads own nothing: they share a few caches, each with a budget like a thread's
/// ([org.allod.parts.HeapCaches]), and do without where those are taken.
///
/// Locks are taken in this order: a class's, then the page heap's. One class's lock is only tried
/// while another's is held. The budget's is taken alone.
///
/// # What is seen of misuse, and what is not
///
/// In every free: an address outside the region, in a free span, inside a large block or a small
/// one, and a block that is the newest of the freeing thread's list. When blocks go back to spans:
/// more of them than went out. When a link is followed: one that was overwritten, before it leads
/// anywhere. Not seen: a small block freed twice with another one of its class freed in between,
/// or by two threads, while its span lives; a free of a block that was handed out again; a write
/// after a free beyond the first word. `CheckedAllocator` sees all of it.
///
/// # Invariants
///
/// - **tc.I1** a cache's lists have as many blocks as counted, each a block of the class; its bytes
///   are their sum.
/// - **tc.I2** a slot holds one batch.
/// - **tc.I3** a span's blocks are out, in its chain, or not yet cut; it is among those with room
///   exactly if there is one of the latter two. Each of its pages is known by class and owner.
/// - **tc.I4** a class's counters are the sums over its spans and slots.
/// - **tc.I5** all caches together hold at most the total and a floor for each.
/// - no block is free twice: in a list, a slot or a chain. The pages keep the page heap's own.
///
/// # Costs
///
/// From the cache O(1): a look-up of the thread, a dozen loads and stores, nothing shared. A batch:
/// one lock for up to 32 blocks. A span: O(1), and O(log spans) above 128 pages. An eighth
/// of each block is wasted at most, an eighth of a span at its end; a page of each size in use at
/// least. The region grows by 1 MiB. Tables: 5 bytes a page of 8 KiB, 104 a span, 2 KiB a cache.
///
/// # What differs from the original
///
/// - Blocks are cut from a span as they are needed, in the order in which the original chains them
///   up front: the same addresses, fewer lines touched.
/// - A dead thread is found by asking; there is no exit hook. Pages of a fixed region never go
///   back, and the last pages serve where 1 MiB no longer fits.
/// - A cache is not robbed of budget that it is using, and gives back more where there is no budget
///   left: the bound on all caches holds for threads that rest, too.
/// - Requests of up to 8 bytes at alignment 16 get 16 bytes; the original hands out 8, at a
///   multiple of 8.
/// - A resize that shrinks and finds no room to move keeps the block.
/// - Links and grid are compared in every operation. The packed page cache, `sbrk`, hooks and the
///   debug variant have no counterpart; nor has `TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD`.
///
/// # Reading order
///
/// [TcClasses], [TcCache], [TcCentral], [TcCentrals], [TcBudget], [TcCaches], [TcRequests],
/// [TcMalloc]; then [TcProperties], [TcText], [TcWalk], and [TcVerifier] beside the invariants.
///
/// Source: gperftools 2.10 and 2.18 by Sanjay Ghemawat, Paul Menage and contributors, BSD
/// 3-Clause; google/tcmalloc, Apache 2.0. Written from a description of the algorithm; no line of
/// it was copied.
package org.allod.tcmalloc;
