/// Allocators that wrap another one: to check its user, to fail on purpose, to record.
///
/// ```
///   your program ─► RecordingAllocator ─► CheckedAllocator ─► FailingAllocator ─► any Allocator
///                    writes a trace        finds misuse        fails request n
/// ```
///
/// They stack in any order and keep the family: `of` makes a [org.allod.Malloc] of a `Malloc`, also
/// where the compiler sees an [org.allod.Allocator] only. Closing one closes what it wraps.
///
/// **What finds what.** C's tools know these errors; here is who sees them.
///
/// | error | found by |
/// |---|---|
/// | freed twice | `CheckedAllocator`, while the block is held back; `Heap`, always |
/// | never allocated; an address inside a block | `CheckedAllocator`, `Heap` |
/// | freed with another size or alignment | `CheckedAllocator` |
/// | written up to 16 B before the start or past the end | `CheckedAllocator`, at its next look |
/// | written after the free | `CheckedAllocator`, while the block is held back |
/// | never freed | `Heap` at its close, `FailingAllocator.live` |
/// | a failed request forgotten, or a leak on the way out | `FailingAllocator.failEach` |
///
/// Nobody finds what only reads: before the first write, past an end, after a free. The fills make
/// it show: 0xAA is fresh, 0x55 freed, 0xC5 beside a block.
///
/// **What it costs**, beside the allocator's work: `CheckedAllocator` two canaries and two fills
/// of each block, 32 B or more of the heap a block, up to 1 MiB or 1,024 blocks held back;
/// `RecordingAllocator` one line under a lock, compressed by the caller; `FailingAllocator` two
/// atomic counters. None is for production's hot path but `RecordingAllocator` for a while: that is
/// how a trace of a real program is got.
///
/// **One checked free.** 1. The address is looked up in the shadow map: unknown, inside a block or
/// freed already is an error. 2. Size and alignment are compared. 3. Both canaries are read. 4. The
/// block is marked, filled with 0x55, put at the end of the queue. 5. While the queue is too long,
/// its head is read to the last byte, taken out and freed for real.
///
/// - **check.I1** a live or held block is in the shadow map, under its address, once.
/// - **check.I2** no two of them meet.
/// - **check.I3** 16 bytes on either side of each hold `0xC5`.
/// - **check.I4** every byte of a held block is `0x55`.
///
/// Reading order: [FailingAllocator], [CheckedAllocator], `ShadowMap`, `CheckedBlock`,
/// [RecordingAllocator], `Recorder`.
///
/// Source: `mem5.c` and `mem2.c` of SQLite (fills, guard words), AddressSanitizer (quarantine,
/// shadow), Zig's `std.testing` (failing in turn).
package org.allod.check;
