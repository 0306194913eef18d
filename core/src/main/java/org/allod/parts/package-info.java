/// Parts that allocators are built from: numbers in, numbers out.
///
/// A part is a final class that knows nothing of who holds it: no callback, no interface. It exists
/// because two allocators use it, or will, and it is not exported.
///
/// - [BuddyHeap], held by `buddy` and `simplebuddy`: sizes, pages and counters over [BuddyBlocks],
///   the lists and the map, over [BuddyGrid], where blocks are counted from and tables lie.
/// - [RegionSet]: several regions as one range of addresses.
/// - [OrderedBits]: a sorted set of small numbers. Held by the frame allocator, once an order.
/// - [FitBins]: free pieces by size, for the best fit. Held by `liballoc`, and by `bucket` once a
///   bucket.
/// - [SizeClasses]: which class a size falls into; [PageMap]: what is known of each page. Held by
///   the allocators of size classes.
/// - [HeapCaches]: all caches of a heap, held by `nedmalloc` and `ptmalloc`, over [ThreadCaches],
///   which platform thread has which and which threads have died, and [Stripes], the few that
///   virtual threads share.
/// - [Decay]: the one background thread. [Quantity]: numbers as people write them, for options.
package org.allod.parts;
