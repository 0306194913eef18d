/// jemalloc 5.3: a cache a thread before slabs that waste nothing, memory that goes back by itself,
/// and numbers that say where the rest is.
///
/// ```
///  thread ──► cache (20 to 200 blocks of each of 41 classes, no lock)
///               │ empty: half of it at once          │ full: the older half
///               ▼                                    ▼
///             arena ─► bin of the class (a lock) ─► slab: the lowest region of the oldest one
///                        └─► pages (a lock): dirty ─► muzzy ─► retained ─► the frontier
///
///  region
///  ├──────────┬─────────────────────┬──────────────────────────┬─────────┬──── ... ──────────────┤
///  │ slab 64  │ slab of 3 x 4096    │ large block, 9 pages     │ dirty   │ retained │  nobody's  │
///  └──────────┴─────────────────────┴──────────────────────────┴─────────┴──── ... ──────────────┘
///   64 x 64    256 x 48: no rest     ··│ 32768 │·· one page more than it needs
/// ```
///
/// No word of a block or slab is the heap's: what is known of them lies beside the region. A slab's
/// free regions are bits of its [org.allod.jemalloc.extent.Extent]; live blocks of up to 32 KiB
/// are bytes of the [org.allod.jemalloc.extent.LiveMap], larger ones are known by their extents.
///
/// ```
///   slab     │ block │ free  │ block │ cached│ ...     bits       1  0  1  1   out of the slab
///                                                      live map   5  0  5  0   class + 1
/// ```
///
/// # One allocation, in steps
///
/// `allocate(100, 16)` in [JeMalloc]:
///
/// 1. 100 is of class 7, 112 bytes, by a table. The newest block of that stack in the thread's
///    [JeCache] is it; its byte in the live map becomes 8. Done, without a lock.
/// 2. The stack is empty: [JeCaches] fills it, half full at first, less where the class was not
///    much used, from the [JeBin] of the thread's [JeArena], under its lock: regions of the current
///    slab, lowest first, then of the oldest, lowest slab that has any.
/// 3. No slab has: 7 pages become a new one, 256 regions. They are cut from the oldest, lowest
///    dirty extent that fits, else from a retained one, else the arena grows by 2 MiB, the next
///    time by a fifth more.
/// 4. No room: all caches that may be are emptied, all free pages go back, every arena is asked.
///
/// A free looks at the live byte: 0 is no live block. The block goes to the caller's cache, whoever
/// allocated it; the older half of a full stack goes back to the slabs it came from. An empty slab
/// is a dirty extent. Blocks above 32 KiB have extents of their own and no cache, grow into what is
/// free behind them and shrink in place.
///
/// # Time
///
/// Every 64 KiB allocated, and freed, a cache looks at one class: three quarters of what was not
/// wanted since the last look leave. Dirty pages go back along an S-curve, all within 10 s, by
/// ticks of the arena and by the thread `allod-decay`, which also takes over what dead threads
/// left and empties what virtual threads share. A living thread's cache is its own:
/// [JeMalloc#idle] empties it, `stats.tcache_bytes` tells its size, and `stats.tcache_pinned` the
/// pages that stay for it alone: all others go. What makes a new peak pays for it with the oldest
/// dirty pages.
///
/// # Threads
///
/// A new thread gets an arena that nobody has, a new one up to four times the processors, or the
/// one that fewest have. Virtual threads own nothing: they share the caches of
/// [org.allod.parts.HeapCaches]. Arenas of one's own, explicit caches, flags and statistics:
/// [JeControl]; what a thread has done: [JeThread].
///
/// # Looking
///
/// Profiles: [JeMalloc#profile], [JeMalloc#wasteProfile]. A heap tells by itself what [JeOptions]
/// say: `stats_print` and `prof_final` at its end, `stats_interval` and `lg_prof_interval` each so
/// many bytes, `prof_gdump` at new peaks. Lines go to the logger `org.allod.jemalloc`, profiles to
/// files that `prof_prefix` names. No counter is the fast path's: requests are counted by the
/// addition that moves a stack's head, bytes by the one that brings the next event nearer.
///
/// # What a free can be seen to be
///
/// Always: no live block of this heap: freed before, be it in whatever cache or back in its slab;
/// never handed out; inside of a block; foreign. With a size: one of another class. Not seen: a
/// double free after the address was handed out again, two threads that free a block at the same
/// moment (the slab's bit finds the second where it comes back first), a write to a free block or
/// behind a live one. Blocks that were made at a larger alignment than 16 may be freed with any
/// size up to theirs.
///
/// # Invariants
///
/// - **je.I1** a slab that has free and taken regions is its bin's current one or in its heap.
/// - **je.I2** in a cache, `first <= head <= low <= end` of each class.
/// - **je.I3** a block is in one cache, once; its region is taken.
/// - **je.I4** a large extent in use has one block, in its first page.
/// - **je.I5** a region is live if it is taken and in no cache; no other address is.
/// - **je.I6** `nmalloc - ndalloc` of a bin are the taken regions of its slabs.
/// - **extent.I1** to **I5**: see `org.allod.jemalloc.extent`.
///
/// # Costs
///
/// O(1) from a cache; O(log slabs) a region from a bin, O(log extents) an extent. A fifth of a
/// block at most is not asked for; a slab has no rest; a large block has a page more, so that not
/// all start in the same line of the processor's caches. Beside the region: 1/16 of the memory in
/// which small blocks lie, a page a large block, 5 bytes a page; 25 KiB a thread.
///
/// # What differs from the original
///
/// Arenas share one region and grow upwards in it. Large dirty extents are
/// cut where dirty pages are many, they go before a new peak, and small ones merge at each turn of
/// the decay. A double or
/// foreign free is found. Sampled blocks stay where they are. The background thread is on, and an
/// unknown option is refused unless `abort_conf:false` says otherwise. One lock is for all pages
/// of an arena; its counts stand under `mutexes.extents_dirty`. A thread's arena is none of a
/// user's. Muzzy
/// pages stay in memory, since `MADV_FREE` is not at hand: the time between is all that they are.
/// `dss`, huge-page slabs, extent hooks, `percpu_arena` and fork have no counterpart.
///
/// # Reading order
///
/// [JeClasses], [JeTuning], [JeCache], [JeBin], [JeArena], [JeCaches], [JeRequests], [JeMalloc];
/// then `org.allod.jemalloc.extent`, [JeArenas], [JeControl], [JeReport], [JeDiary], and
/// [JeVerifier] beside the invariants.
///
/// Source: jemalloc by Jason Evans and others, 5.3. Written from a description of the algorithm; no
/// line of it was copied.
package org.allod.jemalloc;
