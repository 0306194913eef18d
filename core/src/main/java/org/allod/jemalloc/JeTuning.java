package org.allod.jemalloc;

/// What follows from the options: which classes are cached, and where in a cache each has its
/// places. One for all caches of a heap. Immutable, any thread.
final class JeTuning {
    /// Classes that a kind in the live map can name.
    static final int CACHED_MAX = 61;

    final JeOptions options;

    /// Classes from 0 that are cached.
    final int cached;

    /// Classes from 0 whose blocks are in the live map.
    final int mapped;

    /// Bytes of the largest cached one; 0 where nothing is.
    final long cachedMax;

    /// The live map's kind of a cached block by its size less 1, in eights: a byte a look-up, where
    /// [org.allod.parts.SizeClasses] has two ranges.
    final byte[] kinds;

    /// Bytes of a block, by class.
    final int[] sizes;

    /// First place of each class; the next class's is where it is empty.
    final int[] first;

    /// Bytes between two looks of a cache at a class.
    final long collectBytes;

    private final int keptSmall;
    private final int keptLarge;

    JeTuning(JeOptions options) {
        this.options = options;
        this.collectBytes = options.tcacheGcIncrBytes();
        this.keptSmall = options.lgTcacheFlushSmallDiv();
        this.keptLarge = options.lgTcacheFlushLargeDiv();
        this.cached = options.tcache() ? JeClasses.of(options.tcacheMax()) + 1 : 0;
        this.cachedMax = cached == 0 ? 0 : JeClasses.size(cached - 1);
        this.mapped = Math.max(cached, JeClasses.SMALL);
        this.sizes = new int[mapped];
        for (int i = 0; i < mapped; i++) sizes[i] = (int) JeClasses.size(i);
        this.kinds = new byte[(int) (cachedMax + 7 >>> 3)];
        for (int i = 0; i < kinds.length; i++) kinds[i] = (byte) (JeClasses.of(8L * (i + 1)) + 1);
        this.first = new int[cached + 1];
        first[0] = 2 * cached + 2;
        for (int i = 0; i < cached; i++) first[i + 1] = first[i] + places(i);
        assert first[cached] < 1 << 16;
    }

    /// How many blocks of a class a cache holds at most. Source: spec 3.1.
    private int places(int index) {
        if (index >= JeClasses.SMALL) return options.tcacheNslotsLarge();
        int shift = options.lgTcacheNslotsMul();
        int regions = JeClasses.regions(index);
        int wanted = shift < 0 ? regions >> -shift : regions << shift;
        int even = wanted + 1 & -2;
        int least = Math.max(options.tcacheNslotsSmallMin(), even);
        return Math.min(options.tcacheNslotsSmallMax(), least);
    }

    /// How many blocks of a full class stay when the others leave.
    int keptOf(int index) {
        return placesOf(index) >> (index < JeClasses.SMALL ? keptSmall : keptLarge);
    }

    /// How many blocks of a class a cache holds at most.
    int placesOf(int index) {
        return first[index + 1] - first[index];
    }
}
