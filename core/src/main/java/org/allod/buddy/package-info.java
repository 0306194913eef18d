/// rCore's buddy system: the chapter's first allocator, and the simplest of all here to read.
///
/// A block has a power of two of bytes and starts at a multiple of that. Splitting one gives two
/// halves, *buddies*, whose addresses differ in one bit; a freed block looks whether its buddy is
/// free, becomes one with it, and looks again. So no search is ever needed, and free memory is
/// always in the largest pieces that it can be in.
///
/// ```
///   allocate 100, order 7                        free order: the newest first
///
///   10 │                1024                   │   list 10 ─► ┐ taken, split
///    9 │       512        │        512         │   list  9 ◄──┤ upper half
///    8 │   256   │   256  │                        list  8 ◄──┤ upper half
///    7 │ 128│128 │                                 list  7 ◄──┘ upper half
///        ▲ answered: always the lower half
/// ```
///
/// # One allocation, one free
///
/// 1. [BuddyAllocator#allocate] turns size and alignment into an order: the power of two at or
///    above both, at least 8.
/// 2. The mask of non-empty lists gives the smallest order at or above it that has a free block.
/// 3. If that is a page or more, its pages are committed.
/// 4. The newest block of that list is taken. The upper halves that are split off go to the lists
///    below, which were empty.
/// 5. [BuddyAllocator#deallocate] finds the order from size and alignment again. The map's byte for
///    the address must say "used, of this order": else the free is a double, foreign or wrong one.
/// 6. While the map's byte of the buddy says "free, of my order", the buddy leaves its list and
///    both are one block of the next order. What results becomes the newest of its list.
///
/// # What is kept where
///
/// A used block has no header. A free block keeps two links in its first 8 bytes, or, from a page
/// on, in a table, so that free pages can go back whole. Beside the regions lies the map, a byte
/// for each 8 bytes: address space that costs memory only where blocks are. A block that is alone
/// in its list is known by the list's head and nothing is written about it, so that an empty heap
/// splits and merges over all its orders without touching memory.
///
/// Lists, map and their invariants (buddy.I1 to I5) are [org.allod.parts.BuddyBlocks];
/// [org.allod.parts.BuddyHeap] adds sizes, pages and counters.
///
/// # Costs
///
/// At most one list operation an order, on either path: 8 to 18 ns on real programs' traces.
/// Rounding to powers of two costs up to half of a block, about a third on the average; the map
/// 1/8.
///
/// # Where it departs from the original
///
/// Placements are the original's, block by block. But the original walks a list to find the buddy,
/// quadratic when many blocks are freed; here that is one load. Its double free hangs or hands
/// memory out twice; here it is a [org.allod.CorruptHeapError]. It never merges across regions that
/// were added one after the other, and counts blocks from address 0, so that a region at an odd
/// address serves only small blocks; here blocks count from the region's base. Pages inside free
/// blocks go back with [BuddyAllocator#trim]. [FrameAllocator] loses no block at the largest order
/// nor at frame 0.
///
/// Source: `buddy_system_allocator` 0.11 (MIT, rCore project, Jiajie Chen and others), described in
/// the project's notes; Knowlton 1965; Knuth, The Art of Computer Programming 1, 2.5.
package org.allod.buddy;
