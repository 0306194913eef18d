/// The contract of every allocator, as tests that a class joins by implementing an interface.
///
/// ```
///   Subject           how to make a heap; what its page documents
///    ├─ PlacementContract   MisuseContract   ResizeContract
///    │  ExhaustionContract  RegionContract   ModelContract          ── all: AllocatorContract
///    ├─ CoalescingContract  MallocContract   ConcurrentContract  ThreadsContract
///    └─ DetectsDoubleFree   DetectsWrongLayout
///
///   LiveBlocks        the blocks in a test's hands, and what the heap must say of them
///   Pattern           contents by which a block is known again
///   Garbage           what a thread has allocated
///   TestThreads       threads whose failures are the test's
///   GoldenPlacements  offsets of an original, compared line by line
/// ```
///
/// The kit tests itself: `TestAllocator` is honest and joins every contract; `KitSelfTest` breaks
/// it in many ways and expects that each contract test fails for one of them at least.
///
/// Random tests print their seed; `-Dallod.seed=N` repeats one. `-Dallod.stress=true` runs lengths
/// that count.
package org.allod.kit;
