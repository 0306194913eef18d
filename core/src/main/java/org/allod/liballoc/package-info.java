/// liballoc: the allocator that a hobby kernel starts with. Few lines, and all of it can be seen.
///
/// A *major* is a run of pages. In it lie *minors*, one before each block, linked in the order of
/// their addresses. Free space is not described anywhere: it is the *gap* between the end of one
/// block and the header of the next. So freeing a block is taking it out of a list, and merging
/// free neighbours is no work at all: the gap has simply become longer.
///
/// ```
///  region
///  ├─ major ─────────────────────────────┬─ free pages ────┬─ major ──────────────────────────┤
///  │                                     │                 │
///  │ ring of blocks, through the major   │ go back to the  │ a block above 64 KiB has a major │
///  │                                     │ host, or wait   │ of its own                       │
///
///  major
///  ├──────┬───────┬───────────┬─────────┬─────┬───────┬───────────┬───────────────────────────┤
///  │header│ minor │ block     │ canary  │ gap │ minor │ block     │ gap                       │
///  └──────┴───────┴───────────┴─────────┴─────┴───────┴───────────┴───────────────────────────┘
///     ▲ │    ▲ │                                 ▲ │
///     │ └────┘ └─────────────────────────────────┘ │   after
///     └────────────────────────────────────────────┘   after of the last: the major again
///
///  block in use                                        block freed
///  │ before after major size seal │ 100 B │ canary │   │ next prev bytes before │ nobody's    │
///    40 B                           112 B   8 B          words of the gap
/// ```
///
/// # One allocation
///
/// [LibAlloc#allocate] with 100 bytes:
///
/// 1. 40 bytes of header, 100 rounded up to 112, 8 of canary: a gap of 160 bytes is wanted.
/// 2. `LibGaps`: is there a gap of just 160 bytes? Else, does the *best bet* have them, the gap
///    that was cut last? Else, which larger gap is the smallest? Bins and bitmaps answer that in a
///    few loads.
/// 3. None: `LibPages` is asked for 16 pages, or as many as the block needs, and takes the lowest
///    run that is free. They become a major with one gap.
/// 4. The gap tells which minor ends at it. That minor's seal, its end, its link to the next and
///    the gap's length must agree, else somebody wrote through a dangling pointer.
/// 5. The header is put at the gap's start and linked in between the two. What is left is a gap
///    again, and the best bet; below 64 bytes nobody notes it down.
/// 6. Size and major are sealed; the canary is written from the first byte after the 100.
///
/// # One free
///
/// 1. The address must lie in a page in use, and the seal before it be whole: else it is a foreign,
///    an interior or a double free, and there has been no load from outside.
/// 2. The minor before must point here, be sealed, and have its canary; the minor after must point
///    here and be sealed; the block's own canary must be whole.
/// 3. The seal becomes DEADDEAD. Both neighbours are linked to each other. The gaps on either side
///    leave their bins, and the one gap that is now there enters.
/// 4. A major without blocks gives its pages back, but for one, which is kept for the next block.
///
/// # Invariants
///
/// - **liballoc.I1** pages in use are tiled by majors, each a sealed header at its first page; all
///   of them are committed.
/// - **liballoc.I2** the minors of a major form a ring through it, in address order, linked both
///   ways, none reaching into the next.
/// - **liballoc.I3** each minor is sealed, names its major, and its canary is whole.
/// - **liballoc.I4** each gap of 64 bytes or more is noted down once, with its length and the minor
///   before it; nothing else is.
/// - **liballoc.I5** the counters are the sums over the minors.
///
/// # Costs
///
/// Time: O(1), but for a new major (one word of a bitmap for each 64 pages) and for a request when
/// there are no pages left, which looks at all gaps of about its size before it fails. An alignment
/// above 16 wants a gap with room for the worst case. Memory: 48 bytes a block, rounding to 16, 80
/// bytes a major. Worst waste: one block of a byte keeps a major of 64 KiB.
///
/// # What differs from the original, and what that bought
///
/// *Searching.* The original walks majors and, in each that has enough bytes in all, its minors;
/// the sum of free bytes says little about the largest gap, so that the walk often fails: 1.2 us a
/// call on gawk's trace, 1.5 us on Python's. Gaps stay implicit here, but one that could serve a
/// request keeps four words in itself, which cost nothing, and is linked with others of its size:
/// 30 ns on those traces, 1.3 times libc through a downcall over all. The best bet, a major there,
/// is a gap here.
///
/// *Room.* Headers are as long, but what follows is rounded to 16 instead of padded by up to 31,
/// and the best fit leaves fewer splinters than the first: 2 to 27 % less address space than the
/// original on every recorded trace.
///
/// *Defects gone.* Headers lie at multiples of 8, and blocks at multiples of 16 or any alignment
/// asked for. An overrun, which made the original's free fault, or was not seen, is seen from its
/// first byte on, an underrun likewise. A double free is seen even when the pages went. Sizes are
/// 64 bits wide. A failed resize leaves the block; a shrink returns the room; a resize grows into
/// the gap behind. One empty major, and up to 64 MiB of pages in free runs, are kept, so that a
/// program that frees and allocates in turn does not go to the system each time; [LibAlloc#trim]
/// returns them. [LibAlloc#allocateArray] multiplies with care.
///
/// *Kept.* Magic numbers, 16 pages a major, warnings, errors and possible overruns counted, two
/// hooks to lock and unlock (a [java.util.concurrent.locks.Lock]), two for pages (the
/// [org.allod.Region]).
///
/// # Reading order
///
/// `LibMinor` and `LibMajor` (the bits), `LibHeap` (a block comes, a block goes), `LibGaps`,
/// `LibPages`, and `LibWalk`, which checks it all. [LibAlloc] adds the lock.
///
/// Source: liballoc 1.1, Durand Miller, public domain; described in the project's notes.
package org.allod.liballoc;
