/// The chapter author's own allocator: buddies that are carved from the region as they are asked
/// for.
///
/// The other buddy system starts with one block as large as the region and splits it. This one
/// starts with no block at all: a request for which no list has a block takes the next aligned
/// piece of fresh memory. Freed blocks go to the lists, merge with their buddies and are split
/// again, but never return to the fresh part.
///
/// ```
///   start                                  fresh                                        end
///    ├────┬────┬───────┬──────────────┬──────┼─────────────────────────────────────────────┤
///    │ 16 │ 16 │  32   │      64      │ gap  │ never touched                               │
///    └────┴────┴───────┴──────────────┴──────┴─────────────────────────────────────────────┘
///
///   allocate 128 with no free block of 128 or more:
///    1. start = fresh, rounded up to 128
///    2. the gap goes to the lists as powers of two; if that completes a block of 128, take it
///    3. else fresh moves behind the new block
/// ```
///
/// Few pages are touched: memory fills from the left, while the other one spreads links over its
/// whole region at the first split. The price: a block once carved small becomes large again only
/// by merging.
///
/// Lists, map, invariants and everything after the carving are those of the other buddy
/// ([org.allod.parts.BuddyHeap]); the smallest block is 16 bytes, as in the original, whose nodes
/// hold two pointers.
///
/// # The six defects of the original that are gone
///
/// 1. A merge cut off the rest of the buddy's list: here a block leaves its list alone.
/// 2. A block freed at the highest level was never split again: here a mask names every list that
///    has one.
/// 3. The gap in front of an aligned block was dropped for ever: here it goes to the lists.
/// 4. An alignment above the size was ignored: here the order covers both.
/// 5. A region at an odd base was used past its end: here both ends are clipped.
/// 6. A double free handed a block out twice: here the map sees it.
///
/// Source: `Buddy` in GodOS and rCoreloongArch (MIT, Godones), and the chapter "memory allocation
/// algorithms" that describes the task.
package org.allod.simplebuddy;
