/// The JDK's own types over our allocators: arenas, freed together or segment by segment.
///
/// ```
///   HeapArena              allocate, free, reallocate, reset, allocateAddress, stats
///    ├─ ConfinedArena       one thread; nothing to wait for
///    ├─ SharedArena         any thread; a lock, and a session only if there is a segment
///    └─ AutoArena           any thread; ends when the collector finds it
///         │        │
///         │        └─► session, the JDK's: who may touch a segment, and until when
///         ▼
///       Blocks ──► Allocator        takes, zeroes, resizes, gives back
///         ▼
///       BlockList (BlockIndex)      what the arena has: 16 B a block, no object
/// ```
///
/// **One segment.** `arena.allocate(64)`: 1. is the arena open, and this its thread? 2. a block of
/// the allocator; where there is none, the strays are drained and it is asked once more; 3. zeroes
/// it; 4. writes address, size and alignment into the list; 5. makes a segment of the session.
///
/// **The end.** `arena.close()`: 1. closes the session, which the JDK refuses while native code
/// uses a segment: nothing has happened then; actions registered with the session run now, their
/// memory still there; 2. gives the blocks back, the last one first. So no segment that can be used
/// has lost its block, and no block is freed twice. `reset()` is the same, and a new session.
///
/// - **ffm.I1** a live block of the allocator that the arena took is in its list, once.
/// - **ffm.I2** blocks go back after the session that their segments belong to has ended, but for
///   those freed early by name.
/// - **ffm.I3** a session keeps the allocator, and so the region, reachable: no segment that is
///   alive has lost its memory.
/// - **ffm.I4** what the Cleaner runs calls no allocator: it leaves the list to the strays.
///
/// **Costs.** 16 B of Java heap a block, none for the first. Beside the allocator's pair and the
/// zeroing a confined arena with one segment takes 4 to 5 ns and, where it is compiled into its
/// user, makes no garbage (`docs/decisions/0021`). A shared one that made a segment ends with a
/// handshake of all threads, as the JDK's does; one with addresses only ends in 50 ns.
///
/// Reading order: [HeapArena], ConfinedArena, Blocks, BlockList; then the others.
///
/// Source: the documentation of `java.lang.foreign.Arena` of JDK 25.
package org.allod.ffm;
