/// Hoard, the allocator with a theorem: whatever threads do, memory never grows by more than a
/// constant factor. Blocks of one size lie in superblocks; a superblock belongs to one heap at a
/// time; a heap that is too empty gives one away.
///
/// ```
///   thread 1        thread 2        thread 3 ...       virtual threads
///   ┌──┴───┐        ┌──┴───┐        ┌──┴───┐           ┌──┴───┐ a few, shared
///   │buffer│        │buffer│        │buffer│           │buffer│ only of the own heap's blocks
///   └──┬───┘        └──┬───┘        └──┬───┘           └──┬───┘
///   ┌──┴────────┐   ┌──┴────────┐   ┌──┴────────┐
///   │ heap 1    │   │ heap 2    │   │ heap 3    │ ...  2P      u bytes used, a bytes held
///   └──┬────────┘   └──┬────────┘   └──┬────────┘
///      ▼ too empty     ▲ needs one     ▼
///   ┌──────────────────────────────────────────────────────┐
///   │ heap 0: what is too empty or empty, for anybody      │
///   └──────────────────────────┬───────────────────────────┘
///   ┌──────────────────────────┴───────────────────────────┐
///   │ pages: superblocks, large blocks; kept, or given back│
///   └──────────────────────────────────────────────────────┘
///
///   a superblock, S = 32 KiB at a multiple of S; what is known of it lies beside the region
///   │ live │ free │ live │ live │ buffered │ ... │ never cut: not even committed │
/// ```
///
/// # One allocation, in steps
///
/// `allocate(100, 16)` in [HoardMalloc]:
///
/// 1. The thread's buffer is looked up. The first time there is none: dead threads' buffers are
///    emptied, the heap with the fewest threads is chosen, and a record made.
/// 2. The newest block of the class of 112 bytes is it. Its superblock's tag must name the
///    thread's heap and that class, its first word must say that it is free: a few loads, no lock.
/// 3. If there is none, the heap is locked and half a buffer taken from its fullest superblocks
///    of the class; then from an empty one of any class; then heap 0 gives one, or the pages. Only
///    addresses are copied under the lock: a superblock's bits say which blocks are free.
/// 4. If there is no memory, all that is empty or buffered is given back, and it is tried again;
///    then the block gets pages of its own.
///
/// A free reads the tag: a block of the own heap goes to the buffer; a block of another one goes
/// straight into its superblock, under the lock of the heap that has it, which may change while
/// one waits: the tag is read again under the lock. When a buffer is full the older half goes
/// home.
///
/// # The theorem, and the bound with buffers
///
/// After every free, for each heap but heap 0 (f = 1/4, K = 4):
///
/// ```
///   u >= a - K S        or        u >= (1 - f) a                      hoard.I2
/// ```
///
/// so that a <= u / (1 - f) + K S. Summed up, and with what is live, U, and at most B bytes in
/// each of T buffers, which count as used: `held <= 4/3 (U + T B) + 2P K S` in heaps 1 to 2P.
/// Heap 0 has what they had before, which is bounded the same way by the largest U so far; so has
/// what the pages keep. B is the sum over classes of the larger of 16 KiB and one block, but 128
/// blocks at most: 0.6 MiB. Live blocks of one heap in another thread's hands change nothing:
/// they are freed where they came from, so that one thread that allocates and one that frees
/// reuse the same superblocks for ever. Where every thread keeps what it frees, memory grows with
/// the number of threads (TCMalloc's caches are bounded by a budget, arenas by none).
///
/// a is what a superblock has *committed*, not S: pages are committed as blocks are cut. With
/// some 40 classes and K = 4, S for each would make every small heap too empty at each free, and
/// the bytes that the theorem speaks of are those that are in memory.
///
/// # Why not delayed frees
///
/// The newest head of the original puts a foreign block onto a lock-free list of its superblock,
/// which is drained when an allocation happens to look at that superblock. A thread that only
/// allocates never looks at full ones, nothing is counted as freed, the rule is never asked: 1.4
/// GB after 3 s of xmalloc-test, where the classic line has 131 MiB. A bound that holds after
/// every free needs u after every free: one lock, 10 to 20 ns.
///
/// # False sharing
///
/// A superblock belongs to one heap, a buffer has only blocks of its thread's heap, and one whose
/// superblock has left goes home instead of to the caller: two threads of different heaps never
/// get new blocks in one line, unless a superblock with live blocks changes hands between.
///
/// # What differs from the original
///
/// - The statistics are a heap's, as in the paper, not a class's; empty superblocks change class
///   and go back to the system. Buffers take whole batches, and never a foreign block.
/// - Large blocks: no rounding to one of 80 sizes; the release rule also waits for 64 times as
///   many freed pages, since exactly followed it faulted 210,000 pages in on py-threads.
/// - A region below 8 MiB has superblocks of 8 KiB, the paper's.
/// - Statistics, profiles, `trim`, double and foreign frees: there were none.
///
/// # Invariants
///
/// - **hoard.I1** each superblock is in one heap, the one that its tag names; u and a are the
///   sums.
/// - **hoard.I2** the rule above, in each heap that was freed into last.
/// - **hoard.I3** a superblock is in group 8 u / S of its class, in group 8 if it has no block
///   left and until an eighth is free, among the empty ones if none is out; links are mutual.
/// - **hoard.I4** used, free and cut agree; what is cut is committed.
/// - **hoard.I5** a block in a buffer has its mark, one in its superblock has its bit.
/// - **hoard.I6** a buffer's blocks are of its class, and counted.
///
/// # What cannot be detected
///
/// A second free after the block was handed out again, or after the first word of one in a buffer
/// was written to; a store into a live neighbour, or into a block that is free in its superblock,
/// which harms nothing. A free by two threads at the same moment is found when the block goes home,
/// or when it is handed out while another thread's buffer has it, not before. An address inside a
/// block, in a tail, in what was never cut, or of another heap always is.
///
/// # Costs
///
/// Buffered: 9 ns a pair, nothing shared. Else a lock. No bytes a block; 328 bytes for each
/// 32 KiB of superblocks. Sizes grow by at most a fifth, but for steps of 16 bytes. Profiles sample
/// platform threads only, and give each sampled block a page.
///
/// # Reading order
///
/// [HoardSizes], [HoardTable], [HoardBlocks], [HoardLock], [HoardGroups], [HoardHeap],
/// [HoardHeaps], [HoardPages], [HoardBigs], [HoardCache], [HoardCaches], [HoardRequests],
/// [HoardMalloc]; then [HoardWalk] and [HoardVerifier].
///
/// Source: E. Berger, K. McKinley, R. Blumofe, P. Wilson: Hoard: A Scalable Memory Allocator for
/// Multithreaded Applications, ASPLOS 2000; the code since, Apache License 2.0, by a description
/// of it. No line of it was copied.
package org.allod.hoard;
