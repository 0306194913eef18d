package org.allod.lab.workload;

/// rptest: threads that replace blocks of 8 B to 16 KB, zeroed, aligned or not, touch their pages,
/// and send each other batches to free.
///
/// ```
///   thread i   slots │▪│ │▪│▪│ ... 1,000      freed 11 apart, allocated 7 apart
///        ▲                    │
///        │ CAS list           └─ every 2nd loop: a record of blocks to the next other thread
///        └── thread j
/// ```
///
/// Sizes get rarer evenly up to 16,000 B. Of those below 4 KiB two in three are asked for with an
/// alignment (8, 16) and filled, all others are zeroed. A thread plays two iterations of 500 loops,
/// and the whole program is played twice.
///
/// Source: rptest of rpmalloc-benchmark, as mimalloc-bench runs it, `N 0 1 2 500 1000 100 8 16000`,
/// described in words; the random numbers of the tables are our own.
final class Rptest implements Workload {
    private static final int TIMES = 2;
    private static final int LOOPS = 500;
    private static final int SIZES = 2000;
    private static final int SIZE_MIN = 8;
    private static final int SIZE_MAX = 16_000;
    private static final int OPERATIONS = 100;
    private static final int PERCENT_MIN = 30;
    private static final int PERCENT_END = 100;
    private static final int ALLOCATIONS = 311;
    private static final int FREES = 257;
    private static final double FREES_SHARE = 0.8;
    private static final long SEED = 42;

    private final int loops;
    private final int[] sizes = new int[SIZES];
    private final int[] allocations = new int[ALLOCATIONS];
    private final int[] frees = new int[FREES];

    /// @param divisor of the number of loops
    Rptest(int divisor) {
        loops = Math.max(2, LOOPS / divisor);
        Dice dice = new Dice(SEED);
        int range = SIZE_MAX - SIZE_MIN;
        int[] even = new int[SIZES + 2];
        for (int i = 0; i < even.length; i++) even[i] = dice.below(range + 1);
        for (int i = 0; i < SIZES; i++) {
            double weight = Math.abs(1 - (double) (even[i] + even[i + 1]) / range);
            sizes[i] = SIZE_MIN + (int) (even[i + 2] * weight);
        }
        for (int i = 0; i < ALLOCATIONS; i++) allocations[i] = count(dice);
        for (int i = 0; i < FREES; i++) frees[i] = (int) (FREES_SHARE * count(dice));
    }

    private static int count(Dice dice) {
        int percent = PERCENT_MIN + dice.below(PERCENT_END - PERCENT_MIN);
        return OPERATIONS * percent / 100;
    }

    @Override
    public String name() {
        return "rptest";
    }

    @Override
    public String sentence() {
        return "threads replace blocks of 8 B to 16 KB, zeroed or aligned, and send each other"
                + " some";
    }

    @Override
    public void round(Crew crew) {
        for (int i = 0; i < TIMES; i++) {
            RptestMail mail = new RptestMail(crew.threads());
            crew.spawn(crew.threads(), worker -> new RptestThread(worker, crew, this, mail).run());
        }
    }

    int loops() {
        return loops;
    }

    /// The size at a place in the table, which begins again after its end.
    int size(int place) {
        return sizes[place % SIZES];
    }

    /// How many blocks a loop allocates.
    int allocations(int loop) {
        return allocations[loop % ALLOCATIONS];
    }

    /// How many slots a loop empties.
    int frees(int loop) {
        return frees[loop % FREES];
    }
}
