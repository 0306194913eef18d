package org.allod.ptmalloc;

/// The tunables that change while a heap lives: thresholds follow what is freed.
///
/// Threads: any; each number by itself.
final class PtTuning {
    /// Largest direct run that moves the threshold. Source: spec 2.5, 32 MiB.
    private static final long DYNAMIC_MAX = 32 << 20;

    final PtOptions options;
    private volatile long mmapThreshold;
    private volatile long trimThreshold;
    private volatile boolean dynamic;

    PtTuning(PtOptions options) {
        this.options = options;
        this.mmapThreshold = options.mmapThreshold();
        this.trimThreshold = options.trimThreshold();
        this.dynamic = options.dynamic();
    }

    /// Chunks of at least so many bytes get pages of their own where the heap would have to grow.
    long mmapThreshold() {
        return mmapThreshold;
    }

    /// The same, or no size at all where there may be no such runs.
    long directFrom() {
        return options.mmapMax() == 0 ? Long.MAX_VALUE : mmapThreshold;
    }

    /// Bytes of top from which on a free gives back.
    long trimThreshold() {
        return trimThreshold;
    }

    /// A direct run's chunk of so many bytes was freed: the next such one comes from a heap.
    void learn(long size) {
        if (dynamic && size > mmapThreshold && size <= DYNAMIC_MAX) {
            mmapThreshold = size;
            trimThreshold = 2 * size;
        }
    }

    /// A chunk of so many bytes was freed in an arena: room for two such ones stays. Where the
    /// original has direct runs, it has learned that from the first of them.
    void learnFromArena(long size) {
        if (dynamic && 2 * size > trimThreshold && size <= DYNAMIC_MAX) trimThreshold = 2 * size;
    }

    /// What went back was needed again: it was too early. Only where pages go back after quiet as
    /// well.
    void learnFromGrowth() {
        if (dynamic && options.trimQuietMillis() > 0) {
            trimThreshold =
                    Math.min(2 * DYNAMIC_MAX, Math.max(2 * trimThreshold, options.topPad()));
        }
    }
}
