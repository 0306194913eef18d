/// Who allocated what: sampling profiles of a heap, with Java's stacks, in the forms that other
/// tools read. Cheap enough to stay on: a heap pays one subtraction a request, and a stack walk
/// once in 512 KiB.
///
/// ```
///   a thread's cache            HeapProfiler                    HeapProfile
///   │ bytesLeft │ ── < 0 ──►  │ address ─► site, weight │ ──►  for each site: objects and
///        ▲                    │ stack   ─► site         │      bytes, all and live
///   SampleWait                                                    │
///                                      ┌──────────────┬───────────┼──────────────┐
///                                      ▼              ▼           ▼              ▼
///                                 profile.proto    heap_v2     collapsed    leak summary
/// ```
///
/// # Why a few samples speak for all
///
/// Points lie on the line of all bytes ever asked for, `mean` apart on average and without memory:
/// where one lies says nothing about the next. A request that covers a point is sampled, once.
///
/// ```
///   requests │ 64 │ 4096           │ 64 │ 64 │ 200,000                             │ 64 │ ...
///   points              ×                            ×              ×
///                    sampled                      sampled
/// ```
///
/// So a request of s bytes is sampled with probability p = 1 - e^(-s/mean): one of 8,192 at 64
/// bytes, nearly each one at 2 MiB, both at a mean of 512 KiB. A sample of it counts as 1/p blocks.
/// That is exact on average for any mix of sizes, and n samples are off by 1 in the square root of
/// n: 5 % where a site has allocated 200 MiB, 1 % at 5 GiB.
///
/// # One sampled block, in steps
///
/// 1. A cache has `bytesLeft`, from its own [SampleWait]. Each request subtracts its size; below 0
///    it leaves the fast path.
/// 2. The allocator gives this block a span or extent of its own and marks that: the frees of all
///    others never ask. It asks the [SampleWait] for the next count.
/// 3. [HeapProfiler#sampled] walks the stack, drops the library's own frames from its top and keeps
///    32, without a lock so far. Then, under the lock, the site is looked up, the address goes into
///    an open-addressed table and the weight onto the site.
/// 4. A free that finds the mark calls [HeapProfiler#freed], from whatever thread: the weight is
///    taken off what lives. What was allocated stays.
/// 5. [HeapProfiler#profile] copies the sites' numbers; all forms are made from that copy.
///
/// # Whose blocks pin the slabs
///
/// A slab with one live block holds its pages as firmly as a full one. Who is to blame is not who
/// allocated much but who still has a block there, so [WasteProfiler] divides a slab's free bytes
/// among its live blocks, by site:
///
/// ```
///   a slab of 8 x 64 bytes
///   │ A │ . │ . │ B │ . │ . │ . │ . │    6 free: 384 bytes, 192 for A and 192 for B
///   │ B │ . │ . │ . │ . │ . │ . │ . │    7 free: 448 bytes, all for B
///   │ A │ B │ A │ A │ B │ A │ A │ A │    full: nothing
/// ```
///
/// The blocks that [HeapProfiler] knows are of no use here: they have extents of their own and pin
/// no slab. Hence a second sampling, independent of the first: a block that *its* wait chooses
/// stays in its slab and is noted with its site. It was noted with probability p, so it stands for
/// 1/p blocks that were not, each with a share like its own; summed over all noted blocks that is
/// on average the truth, for each site and for the heap, also where most slabs have no noted block
/// at all. (Dividing each slab's waste among its *noted* blocks would be wrong: it blames sites
/// with large blocks, and is silent about every slab where none was noted.) Shares vary more than
/// sizes do: expect up to twice the error that a [HeapProfile] has with as many samples.
///
/// What an allocator does for it:
///
/// 1. A request whose count ran out is served from a slab as any other; then the slab is marked,
///    then [WasteProfiler#noted] called, then the block handed out. The mark stays until the slab
///    is given back. Where frees read a page map, let a marked slab's pages not look like a slab
///    there: its frees then leave the fast path by the test that sampled blocks need anyway.
/// 2. A free in a marked slab calls [WasteProfiler#freed] *before* a thread's cache takes the
///    block: it is another site's when it leaves there. Most are not noted, and that is found
///    without a lock.
/// 3. For a profile, `shareOf(address)` gives free bytes / live blocks of the slab around it: one
///    page-map look-up and two counters of the slab. Blocks in threads' caches are best counted as
///    live, as the slab counts them; what they pin is nobody's and missing from the sum.
///
/// One count serves both waits; the cold half tells whose it was:
///
/// ```
///   long gone = started - bytesLeft;                 // since the count was set
///   heapLeft -= gone;  wasteLeft -= gone;
///   boolean sample = heapLeft < 0, note = wasteLeft < 0 && !sample;
///   if (heapLeft < 0) heapLeft = heapWait.next();
///   if (wasteLeft < 0) wasteLeft = wasteWait.next();
///   bytesLeft = started = Math.min(heapLeft, wasteLeft);
/// ```
///
/// # What the forms are for
///
/// | form | read by | numbers |
/// |---|---|---|
/// | `profile.proto`, gzip'd | `go tool pprof`, pprof.me, Grafana, IDEs | for all blocks |
/// | collapsed stacks | flame-graph tools | for all blocks |
/// | `heap_v2`, jemalloc's | `jeprof` | as sampled; readers scale |
/// | `heap_v2`, TCMalloc's | `jeprof`, `google-pprof` | as sampled; readers scale |
///
/// # Invariants
///
/// - **profile.I1** a site's `samplesLive` is the number of blocks in the table whose site it is;
///   where it is 0, nothing lives there, to the bit.
/// - **profile.I2** the table is at most half full; a place does not move within one array.
///
/// # Costs
///
/// Units are bytes unless a name ends in another. A request: one subtraction, one branch. A wait:
/// 11 ns, no garbage. A sample: 2 us with 4 frames, 11 to 15 us with 32, 20 us while it is cold,
/// and garbage of a few hundred bytes a frame; that is 3 % of a thread that allocates 1 GB/s at
/// most. A sampled free: a lock and a look-up. Memory: about 100 bytes a live sample; 8 bytes for
/// each frame of each site, and each distinct frame once. Sites are never forgotten: code that
/// recurses to many depths has many; a smaller depth bounds them.
///
/// # Threads
///
/// A [SampleWait] is its owner's alone. Profilers: any thread, locks; the lock is held for a few
/// hundred nanoseconds, never over a stack walk or a call-back, and whoever has borrowed a stripe
/// gives it back before. A stack walk may overflow the stack: call where nothing is half done. A
/// profile is a copy; it is exact if the heap was quiet meanwhile.
///
/// # Not guaranteed
///
/// That a site which allocated less than a few means shows up at all. That a sampled block's own
/// extent is charged: profiles show what the allocator says a block counts for.
///
/// # Reading order
///
/// [SampleWait], `Site`, `Sites`, `SampleTable`, [HeapProfiler], [WasteProfiler]; then
/// [HeapProfile], [WasteProfile] and their forms: `Proto`, `Pprof`, `HeapText`, `Collapsed`.
///
/// Source: the samplers of gperftools and jemalloc, as specified; Horvitz and Thompson 1952 for the
/// weights; jemalloc issue 2988 asks for a profile of fragmentation.
package org.allod.profile;
