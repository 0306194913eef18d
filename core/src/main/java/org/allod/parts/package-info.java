/// Parts that allocators are built from: numbers in, numbers out.
///
/// A part is a final class that knows nothing of who holds it: no callback, no interface. It exists
/// because two allocators use it, and it is not exported.
///
/// - [BuddyBlocks]: free blocks of powers of two, split and merged; with its map of all blocks.
///   Held by `buddy` and `simplebuddy`.
/// - [OrderedBits]: a sorted set of small numbers. Held by the frame allocator, once an order.
/// - [FitBins]: free pieces by size, for the best fit. Held by `liballoc`, and by `bucket` once a
///   bucket.
package org.allod.parts;
