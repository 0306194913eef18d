/// Doug Lea's malloc, 2.8.6: every block has its size in front, every free one behind as well, so
/// that neighbours merge at once; a request gets the smallest free block that fits. Most later
/// allocators descend from it. It needs little memory and one thread.
///
/// ```
///  base       first                                     top            frontier    end       limit
///   ├──────────┬───┬─────┬──────┬───┬───────────┬───┬───┬──────────────┬──┬──────────┬───────┤
///   │  state   │ U │  F  │  U   │ V │     U     │ F │ U │     top      │80│ not      │ direct│
///   │  block   │   │     │      │   │           │ ░ │   │              │  │ committed│ runs  │
///   └──────────┴───┴─────┴──────┴───┴───────────┴───┴───┴──────────────┴──┴──────────┴───────┘
///    944 bytes   U in use   F free, in a bin   V the designated victim   ░ pages given back
/// ```
///
/// A chunk is a block with its tags. The caller's bytes reach over the end into the next chunk's
/// first word, which that needs only when the chunk before it is free: so a tag costs 8 bytes, not
/// 16.
///
/// ```
///            chunk            address
///              ▼                 ▼
///   in use ────┤ (prev's) │ size │ the caller's bytes ............................ │ size ├────
///                          C=1 P                                                     P=1
///   free   ────┤ (prev's) │ size │ next │ prev │ children and parent if >= 256 │size│ size ├────
///                          C=0 P=1                                                   P=0
/// ```
///
/// # One allocation, in steps
///
/// `allocate(100, 16)` in [DlMalloc]:
///
/// 1. [DlRequests] rounds 100 + 8 up to a multiple of 16: a chunk of 112.
/// 2. [DlBins] has a ring for exactly 112: the newest chunk there is it. Done.
/// 3. Otherwise the *designated victim*, what was left of the last small split, serves if it is
///    large enough: requests that follow each other lie beside each other.
/// 4. Otherwise the smallest larger small chunk is cut, or the smallest chunk of [DlTree]; the rest
///    becomes the victim, the old victim goes to its ring. If there is none:
/// 5. *top*, the last chunk, is cut at its low end; if it is too small, [DlPages] commits a granule
///    of 64 KiB or more.
///
/// From 256 bytes on, the best fit of the trie competes with the victim, the smaller wins, and the
/// rest goes to a bin. A free merges the chunk with free neighbours, wherever they are, and puts
/// the whole into a bin, into the victim or into top. Whatever is cut is cut at the low end.
///
/// # Memory that goes back
///
/// When a free makes top larger than 2 MiB, all but a granule of it is given back; what the heap
/// grows into again after that was given back too early, and the threshold becomes twice as much
/// (up to 64 MiB). Every 4,095 insertions into the tries, more rarely each time that proved too
/// early, [DlSweep] gives back the pages inside large free chunks that have not changed since the
/// sweep before. `trim()` gives back all whole pages of top and of free chunks. A
/// chunk with such holes stays in its bin; its pages are committed again where it is cut. The
/// original over one region does none of this.
///
/// # Invariants
///
/// - **dlmalloc.I1** the chunks from `first` to `top` tile; each has at least 32 bytes, a multiple
///   of 16, and no flags but P and C, a free one IDLE as well.
/// - **dlmalloc.I2** a free chunk's size stands behind it as well.
/// - **dlmalloc.I3** P says whether the chunk before is in use; no two free chunks are neighbours.
/// - **dlmalloc.I4** victim and top are in no bin; the victim is a free chunk of its size; top has
///   `frontier - 80 - top` bytes.
/// - **dlmalloc.I5** each small ring's links are mutual, its chunks have its size; its bit says
///   whether it has any.
/// - **dlmalloc.I6** each trie's links are mutual; its sizes are of its bin; all below child 0 is
///   smaller than all below child 1; a ring has one node, its chunks one size; its bit says whether
///   it has any.
/// - **dlmalloc.I7** each free chunk but victim and top is in one bin, once.
/// - **dlmalloc.I8** bytes and number of chunks in use are what was counted.
/// - **dlmalloc.I9** a direct run's tags are where the table says; no two overlap.
/// - **dlmalloc.I10** all pages from base to frontier are committed, but for whole ones inside top
///   and free chunks, 64 bytes or more from their start.
///
/// # Costs
///
/// Small requests and frees: O(1). Large ones: a step for each bit of the size at most, some 50; in
/// practice five. Direct runs: O(runs). Eight bytes a block, 16 with footers, and rounding to 16:
/// over real programs 2 to 15 % of what is live, and what fragmentation adds. State: 944 bytes.
///
/// # What differs from the original
///
/// One range instead of segments: growth moves the frontier, and a block before top grows in place
/// across it. A stale tag is wiped when its chunk merges, so that more double frees are seen. Sizes
/// above 2^40 go to their own bin; a footprint limit of 0 is the least limit, not none. Every link
/// and size is compared with the heap's bounds before it is followed.
///
/// # Reading order
///
/// [DlChunk], [DlBins], [DlHeap], [DlTree], [DlRequests], [DlMalloc]; then [DlPages] and [DlSweep],
/// and [DlVerifier] beside the invariants.
///
/// Source: dlmalloc 2.8.6 by Doug Lea (2012), public domain, and "A Memory Allocator" (2000) by the
/// same author. Written from a description of the algorithm; no line of it was copied.
package org.allod.dlmalloc;
