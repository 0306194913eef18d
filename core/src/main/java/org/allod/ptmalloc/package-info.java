/// glibc's malloc, 2.36: boundary-tagged chunks in sorted bins, several such heaps with a lock
/// each, and before them a cache of small blocks for every thread. It is the malloc under every JVM
/// on Linux; here it can be looked into, measured and set.
///
/// ```
///  thread ──► cache (7 blocks of each of 64 sizes, no lock)
///               │ empty or full
///               ▼
///             arena (a lock) ─► fastbins ─► small bin ─► unsorted ─► large bin ─► top ─► new pages
///                                                                                 └─► direct run
///
///  region
///  ├────────────────────────┬────────────────────────┬─────────── ... ─────────────┬─────────────┤
///  │ heap 0 of arena 0      │ heap 1 of arena 1      │ heap 2: arena 0 again       │ direct runs │
///  └────────────────────────┴────────────────────────┴─────────── ... ─────────────┴─────────────┘
///   48  record  U F U f U c  top ▒▒▒▒    U in use, c in a cache, f in a fastbin, F free in a bin
/// ```
///
/// A chunk is a block with its tags: the size in front, and behind it as well while it is free. The
/// caller's bytes reach over the end into the next chunk's first word, so a tag costs 8 bytes.
///
/// ```
///            chunk            address
///              ▼                 ▼
///   in use ────┤ (prev's) │ size │ the caller's bytes ............................ │ size ├────
///                            P                                                       P=1
///   free   ────┤ (prev's) │ size │ fd │ bk │ of sizes if >= 1024 │ ...        │ size│ size ├────
///                            P=1                                                     P=0
/// ```
///
/// # One allocation, in steps
///
/// `allocate(100, 16)` in [PtMalloc]:
///
/// 1. 100 + 8, up to a multiple of 16: a chunk of 112, stack 5 of the thread's [PtCache]. The
///    newest block there is it. Done, without a lock.
/// 2. Otherwise the thread's [PtArena] is locked, in [PtRequests]. The fastbin of 112 in [PtFast],
///    then the small bin of 112 in [PtBins]; whichever serves gives the cache more of the same.
/// 3. Otherwise the unsorted queue is sorted, oldest first: a chunk that is just right goes to the
///    cache or to the caller, each other one to its bin. That is the one chance that a freed chunk
///    has to be used again before it is filed. If all that is there is what was left of the last
///    cut, it is cut again: requests that follow each other lie beside each other.
/// 4. Otherwise the smallest chunk of the next bin that has any is cut at its low end, the rest
///    goes to the unsorted queue. From 1024 bytes on the own bin is searched first, by the ring of
///    its sizes.
/// 5. Otherwise [PtTop], the last chunk, is cut; if it is too small, the fastbins are merged and it
///    all starts again at 3; then the heap grows, and another one starts where that is full.
///
/// A free goes to the caller's cache, else to a fastbin (up to 128 bytes, not merged), else is
/// merged with its neighbours into the unsorted queue or top; the lock is that of the chunk's own
/// arena, found by its address. When what was merged has 64 KiB, the fastbins are merged, and top's
/// pages above 128 KiB go back.
///
/// # Threads
///
/// A new thread gets an arena that nobody uses, or a new one up to a limit, or one that is not
/// busy, and keeps it. Its cache is found through [org.allod.parts.ThreadCaches]; when it has died,
/// its cache goes back to the arenas. Virtual threads own nothing: they share the caches of
/// [org.allod.parts.HeapCaches], and arenas by their number.
///
/// # Memory that goes back
///
/// Arenas are what makes processes swell: what is free in one serves no thread of another, and lies
/// under live blocks. So by default there are at most twice as many as processors, and after a
/// second without use the pages inside all free chunks go back ([PtQuiet]); `trim()` does it at
/// once and empties the caches that can be. [PtMalloc#mallocInfo] shows what stays where.
/// [PtOptions#GLIBC] is as in glibc.
///
/// # Invariants
///
/// - **pt.I1** the chunks of a heap tile; each has 32 bytes or more, a multiple of 16, and no flag
///   but P, which says whether the chunk before is in use, in a cache or in a fastbin.
/// - **pt.I2** a free chunk's size stands behind it as well.
/// - **pt.I3** no two free chunks are neighbours; a chunk's size is one of its bin.
/// - **pt.I4** a bin's links are mutual; a bin that has chunks is marked.
/// - **pt.I5** a large bin is sorted by size; the first chunk of each size is on the ring of sizes,
///   in that order, no other is.
/// - **pt.I6** a fastbin's chunks have its size, links to multiples of 16, and the key.
/// - **pt.I7** top is what is left of its heap, 32 bytes or more, and the chunk before it is in
///   use.
/// - **pt.I8** a cache's stacks have as many blocks as counted, each of their size and with the
///   key.
/// - **pt.I9** a direct run's tags are where the table says; no two overlap, none lies in a heap.
/// - **pt.I10** each free chunk is in one bin, once; chunks that are out of an arena are as
///   counted.
/// - **pt.I11** the pages of a chunk in use are committed, and those of a free one's tags and
///   links.
///
/// # Costs
///
/// O(1) from caches, fastbins and small bins; sorting is O(unsorted), up to 10,000 for one unlucky
/// call; a large bin O(sizes in it), the last one without bound. 8 bytes a block, and rounding to
/// 16. A cache holds up to 7 x 64 blocks, which hinder merging; an arena has a record of 2,200
/// bytes.
///
/// # What differs from the original
///
/// All arenas are alike, slices of one region; there is no main one that grows by `sbrk`. Top keeps
/// its size when its pages go back, so that trimming moves no block. Direct runs start at 32 MiB
/// and the threshold stays; with [PtOptions#GLIBC] at 128 KiB, and it follows what is freed. A run
/// grows into the gap before or behind it, where the original moves pages. Fastbins are pushed
/// under the lock. The key in a cached block is enough to call a free a double one; chunks in
/// fastbins have a key as well. A stale tag is wiped when its chunk merges. Every link and size is
/// compared with the region's bounds before it is followed. Where there is no room, caches and
/// fastbins are emptied before the answer is `NULL`. Transparent huge pages (`hugetlb`) and fork
/// have no counterpart.
///
/// # Reading order
///
/// [PtChunk], [PtCache], [PtBins], [PtFast], [PtArena], [PtTop], [PtResize], [PtHeaps],
/// [PtRequests], [PtMalloc]; then [PtRuns], [PtArenas], [PtCaches], and [PtVerifier] beside the
/// invariants.
///
/// Source: ptmalloc by Wolfram Gloger, after dlmalloc by Doug Lea; glibc 2.36 and its contributors,
/// for the caches. Written from a description of the algorithm; no line of it was copied.
package org.allod.ptmalloc;
