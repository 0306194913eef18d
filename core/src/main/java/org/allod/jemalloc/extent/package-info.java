/// Where jemalloc's pages come from and go to: extents, and how free ones decay.
///
/// ```
///   Space ─── frontier, page map, live map             one for the heap
///     └─ ArenaPages ─── one for each arena
///          ├─ dirty    ExtentSet ──► PageDecay         heaps by size, a list by age
///          ├─ muzzy    ExtentSet ──► PageDecay
///          └─ retained ExtentSet
///                        └─ ExtentHeap of Extents      the oldest, lowest of a size first
/// ```
///
/// An extent is a run of pages: a slab, a large block, or free. A free one is dirty, then muzzy,
/// then retained: its addresses are the arena's, its memory is the system's again. How fast is an
/// S-curve in time ([PageDecay]).
///
/// Invariants are **extent.I1** and so on, each beside what it speaks of. In reading order:
/// [Extent], [ExtentHeap], [ExtentSet], [PageClasses], [PageDecay], [DirtyBounds], [Space],
/// [LiveMap], [ArenaPages].
///
/// Source: jemalloc's edata, ph, eset, ecache, pac, decay and emap; spec 3.4.
package org.allod.jemalloc.extent;
