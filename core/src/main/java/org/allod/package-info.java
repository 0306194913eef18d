/// The contract: what an allocator promises, where its memory comes from, what it tells of itself.
///
/// ```
///            people                     speed
///   Heap ─ owners ─ arenas        your code, two longs
///        └─────┬──────┘                  │
///              ▼                         ▼
///          Allocator ◄── LockedAllocator, CheckedAllocator, ... wrap any
///          └─ Malloc       blocks that know their own size
///              │
///              ▼
///           Region         address space: reserved, fixed, or a mapped file
/// ```
///
/// **Blocks** are named by absolute address, a `long`; 0 ([Allocator#NULL]) is never one. The
/// contract is that of Rust's `GlobalAlloc` where that speaks: `deallocate` gets the size and the
/// alignment that the block was allocated with, so that an allocator needs no header. [Malloc] adds
/// C's family, whose blocks carry a header and are freed by address alone.
///
/// **Wrong** has three kinds. No room is normal: `NULL`, never an exception, at this level. Misuse
/// that the caller could know is a JDK exception whose message reads `name=value, expected ...`. A
/// broken heap, and a double or foreign free that the algorithm can see, is [CorruptHeapError]; it
/// is never repaired in silence.
///
/// **Sizes** are bytes, everywhere where no other unit is named. No parameter may be null, and no
/// method returns null, where the opposite is not said.
///
/// Source: `core::alloc::GlobalAlloc` and `Layout` of Rust; C11 7.22.3.
package org.allod;
