package org.allod.tcmalloc;

/// What a [TcMalloc] can be told at its making: gperftools' variables, by their names in [#with].
///
/// ```java
/// new TcMalloc(region, TcOptions.DEFAULT.with("TCMALLOC_HEAP_LIMIT_MB", 512))
/// ```
///
/// @param maxTotalThreadCacheBytes that all caches may hold together, 512 KiB to 1 GiB
/// @param minPerThreadCacheBytes that a cache is not robbed of, and that a new one gets when the
///     total is used up
/// @param transferBatch most blocks that move between caches at once, 2 to 128
/// @param releaseRate how fast free pages go back, 0 to 10; 1 is a page for 1,000 that are freed, 0
///     never
/// @param heapLimitMb mebibytes of used and free pages at most; 0 for no limit
/// @param aggressiveDecommit whether freed pages go back at once
/// @param sampleParameter bytes between two samples on average; 0 for none
public record TcOptions(
        long maxTotalThreadCacheBytes,
        long minPerThreadCacheBytes,
        int transferBatch,
        double releaseRate,
        long heapLimitMb,
        boolean aggressiveDecommit,
        long sampleParameter) {

    /// Bytes between two samples where profiles are wanted. Source: spec 1.8.
    public static final long SAMPLE_MEAN = 512 << 10;

    private static final String NAMES =
            "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES, TCMALLOC_MIN_PER_THREAD_CACHE_BYTES,"
                    + " TCMALLOC_TRANSFER_NUM_OBJ, TCMALLOC_RELEASE_RATE, TCMALLOC_HEAP_LIMIT_MB,"
                    + " TCMALLOC_AGGRESSIVE_DECOMMIT, TCMALLOC_SAMPLE_PARAMETER";

    /// As gperftools without any variable set. Source: spec 1.1, 1.7, 1.8.
    public static final TcOptions DEFAULT =
            new TcOptions(32 << 20, 512 << 10, TcClasses.BATCH_MAX, 1, 0, false, 0);

    /// @throws IllegalArgumentException if a number is out of its range
    public TcOptions {
        check("maxTotalThreadCacheBytes", maxTotalThreadCacheBytes, 512 << 10, 1 << 30);
        check("minPerThreadCacheBytes", minPerThreadCacheBytes, 64 << 10, 1 << 30);
        check("transferBatch", transferBatch, 2, 128);
        check("heapLimitMb", heapLimitMb, 0, 1L << 40);
        check("sampleParameter", sampleParameter, 0, Long.MAX_VALUE);
        if (!(releaseRate >= 0 && releaseRate <= 10)) {
            throw new IllegalArgumentException("releaseRate=" + releaseRate + ", expected 0 to 10");
        }
    }

    /// The same with another value for one variable, by the name that gperftools gives it.
    ///
    /// @throws IllegalArgumentException if there is no such variable, or the value is out of its
    ///     range
    public TcOptions with(String variable, double value) {
        long whole = (long) value;
        switch (variable) {
            case "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES",
                    "TCMALLOC_MIN_PER_THREAD_CACHE_BYTES",
                    "TCMALLOC_TRANSFER_NUM_OBJ",
                    "TCMALLOC_HEAP_LIMIT_MB",
                    "TCMALLOC_SAMPLE_PARAMETER" -> {
                if (whole != value) throw bad(variable + "=" + value + ", expected a whole number");
            }
            case "TCMALLOC_RELEASE_RATE", "TCMALLOC_AGGRESSIVE_DECOMMIT" -> {}
            default -> throw bad("variable=" + variable + ", expected one of " + NAMES);
        }
        return new TcOptions(
                variable.endsWith("_MAX_TOTAL_THREAD_CACHE_BYTES")
                        ? whole
                        : maxTotalThreadCacheBytes,
                variable.endsWith("_MIN_PER_THREAD_CACHE_BYTES") ? whole : minPerThreadCacheBytes,
                variable.endsWith("_TRANSFER_NUM_OBJ") ? Math.toIntExact(whole) : transferBatch,
                variable.endsWith("_RELEASE_RATE") ? value : releaseRate,
                variable.endsWith("_HEAP_LIMIT_MB") ? whole : heapLimitMb,
                variable.endsWith("_AGGRESSIVE_DECOMMIT") ? value != 0 : aggressiveDecommit,
                variable.endsWith("_SAMPLE_PARAMETER") ? whole : sampleParameter);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw bad(name + "=" + value + ", expected " + least + " to " + most);
        }
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(text);
    }
}
