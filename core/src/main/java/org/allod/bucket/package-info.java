/// Bucket: one list of all pieces, free and used, in the order in which they lie in memory.
///
/// A *bucket* is a long run of memory. It is filled to the last byte with pieces, one after the
/// other, and before each piece lies a *pebble*: 64 bytes that say how long the piece is, whether
/// somebody has it, and what it is called. Walk from pebble to pebble and you have seen everything
/// there is. To allocate is to cut a free piece in two; to free is to make it one with its
/// neighbours. That is all, and the rest of this page is about doing it quickly.
///
/// ```
///  a fresh bucket: one free piece
///  ├●──────────────────────────────────────────────────────────────────────────────┤
///
///  allocate(100, 16, CLEAR, "inode")      100 is rounded up to 128; ● is a pebble, 64 B
///  ├●███████ inode ●───────────────────────────────────────────────────────────────┤
///
///  allocate(4096, 4096, ALIGNED, "page")  starts at a multiple of 4096; what is before stays free
///  ├●███████ inode ●──────────●██████████████████████ page ●───────────────────────┤
///
///  allocate(64, 16)                       best fit: the smaller of the two free pieces
///  ├●███████ inode ●███●──────●██████████████████████ page ●───────────────────────┤
///
///  free("page")                           free neighbours on both sides: three become one
///  ├●███████ inode ●███●───────────────────────────────────────────────────────────┤
/// ```
///
/// # A pebble
///
/// ```
///       0        8        16       24       32       40       48       56       64
///       ├────────┬────────┬────────┬────────┬────────┬────────┬────────┬────────┬─────────────
/// used  │ tag    │        │ before │        │ asked  │        │ bytes  │ seal   │ the caller's
/// free  │ tag    │        │ before │        │  next    prev  │ bytes  │ seal   │ nobody's
///       └────────┴────────┴────────┴────────┴────────┴────────┴────────┴────────┴─────────────
/// ```
///
/// The *tag* is 'ROCK', the number of a name, and flags. *before* is the pebble before it; the
/// pebble after it is where the piece ends, `64 + bytes` from here. *next* and *prev* link free
/// pieces of about the same size: a second list, through the first. The *seal* is a number computed
/// from where the pebble is, its tag and its bytes: whoever writes over a pebble, by running over
/// the end of the block before or by a dangling pointer, breaks it. The *name* is a number; the
/// text lies in a table on the Java side, which is why a pebble has 64 bytes here and 128 in the
/// original.
///
/// # One allocation
///
/// [BucketAllocator#allocate] with 100 bytes, "inode", under the bonnet:
///
/// 1. Flags and name are checked; 100 is rounded up to 128.
/// 2. Which bucket? The first whose *largest* free piece is large enough, and whose lock is free. A
///    heap up to 64 MiB has one bucket, so this is one comparison. (All busy: wait. None with room:
///    make one, as large as the first, where the region has a hole.)
/// 3. Which piece? Best fit asks the bins ([org.allod.parts.FitBins]): every size below 1 KiB has a
///    list of its own, larger ones share it with sizes that differ by less than 1/16, and a bitmap
///    tells which lists are not empty. A few loads, however many pieces there are.
/// 4. The piece is cut: `●███ block` at its start, `●─── rest` behind, if the rest is worth a
///    pebble; else the block keeps it. An aligned block that does not start where the piece does
///    leaves a free piece in front.
/// 5. Pages that were never used, or were given back, are committed now. Pieces that may have such
///    pages carry the flag HOLES.
/// 6. The block's pebble is marked and sealed, its name noted. Was it the largest piece that was
///    cut? Then the new largest is looked up: it is in the last list that is not empty.
///
/// # One free
///
/// 1. The bucket is found by the address, and locked. Before the first load the address has been
///    compared with the bucket's bounds.
/// 2. The pebble before the address must be sealed and in use. Else: a double free, an address from
///    inside a block, or none of ours.
/// 3. The neighbours must be sealed, and agree on where this piece starts and ends.
/// 4. Is the next piece free? It leaves its list; its pebble is crushed, so that it is never taken
///    for one again. Is the one before free? It leaves its list, and swallows this one.
/// 5. What results is put into the list for its size, and is perhaps the largest now.
/// 6. A bucket with nothing in it goes back to the region, but for the first, for those that hold a
///    request's PERSISTENT, and for one that is kept, lest a program that allocates and frees at
///    the edge makes a bucket each time.
///
/// # Invariants
///
/// - **bucket.I1** pieces tile their bucket, each behind a sealed pebble on a committed page;
///   payloads are multiples of 64 bytes; a block's pages are committed.
/// - **bucket.I2** each pebble's `before` is the pebble before it.
/// - **bucket.I3** no two free pieces are neighbours.
/// - **bucket.I4** each free piece is in the bin of its size, nothing else is; `largest` is the
///   largest of them, and none is lower than the lowest.
/// - **bucket.I5** the counters are the sums over the pebbles.
///
/// # Costs
///
/// Time: O(buckets) for best fit; O(pieces) before a new bucket is made, for first fit
/// ([Fit#FIRST]) and for requests with an address limit. A lock and an unlock, 10 ns.
/// Memory: 64 bytes a block and rounding to 64, 32 on the average. Worst waste: a block of one byte
/// takes 128.
///
/// # What differs from the original, and what that bought
///
/// *Searching.* The original walks the list for each request, and again for `largest` at each call:
/// 1 to 8 us on real programs' traces, three of which it does not finish in 20 s a run. With bins,
/// 30 to 80 ns on each of them, 1.4 times libc through a downcall, 3 at worst. `largest` is the
/// largest *free* piece, so that it rejects what it should, and is looked up only when its holder
/// shrinks.
///
/// *Room.* A pebble half as long, one large bucket whose pages come as they are needed instead of
/// many of 17 pages, and the best fit: 5 to 78 % less address space on the recorded traces.
///
/// *Where things are.* What the original keeps in a bucket's first 64 bytes, its lock among them,
/// is a Java object: out of reach of stray stores.
///
/// *Flags.* CLEAR, ALIGNED, PERSISTENT, ANYWHERE and the three limits are here; limits count from
/// the region's base, as if the region were the machine's memory. VIRTUAL and PHYSICAL are not:
/// there is one kind of memory.
///
/// *Defects gone*, each with a test: a shrink frees the tail; a resize that fails, or that grows an
/// aligned block, keeps the data; a double free is an error and not a hang; aligned blocks lose no
/// bytes; growth copies what there was, not what there will be; buckets come and go under a lock;
/// sizes near 2^64 are refused; a null or overlong name is.
///
/// # Reading order
///
/// `Pebble` (the bits), `Bucket` (place, free, resize), `BucketSet` (buckets come and go),
/// [BucketAllocator] (flags and locks), `PebbleNames`; `BucketWalk` checks it all.
///
/// Source: `bucket` 1.0.1 of FYSOS, Benjamin Lunt. Its licence is not a free one: this was written
/// from a description of the design in the project's notes, without a look at the code.
package org.allod.bucket;
