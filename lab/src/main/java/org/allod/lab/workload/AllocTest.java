package org.allod.lab.workload;

/// alloc-test: sizes and lifetimes as real programs have them, many small and short, few large and
/// long.
///
/// ```
///   slots of a thread   │0│ 1  │  2   │    3     │ ...              6              │
///   share of the slots .000064 .0015  .015  .082  .246     .393         .262
///   chosen with         .262   .393   .246  .082  .015     .0015        .000064
/// ```
///
/// 100,000,000 times a thread chooses a slot: an empty one gets a block, which is filled; the block
/// of a full one is read, byte by byte, and freed. A quarter of the choices falls onto 0.0064 % of
/// the slots. Half of the blocks have 5 to 8 bytes, a quarter 9 to 16, and so on up to 1,024. All
/// threads together have 262,144 slots. No block is freed by another thread.
///
/// Source: alloc-test of mimalloc-bench, as described in words; seeds are our own.
final class AllocTest implements Workload {
    private static final int ITERATIONS = 100_000_000;
    private static final int SLOTS = 1 << 18;

    private final int iterations;

    /// @param divisor of the number of iterations
    AllocTest(int divisor) {
        iterations = ITERATIONS / divisor;
    }

    @Override
    public String name() {
        return "alloc-test";
    }

    @Override
    public String sentence() {
        return "threads fill and free slots, few of them often: sizes and lifetimes of real"
                + " programs";
    }

    @Override
    public void round(Crew crew) {
        int slots = Math.max(1, SLOTS / crew.threads());
        crew.spawn(
                crew.threads(), worker -> new AllocTestThread(worker, crew, slots).run(iterations));
    }
}
