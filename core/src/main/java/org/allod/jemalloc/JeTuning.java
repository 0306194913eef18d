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

    JeTuning(JeOptions options) {
        this.options = options;
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
    private static int places(int index) {
        if (index >= JeClasses.SMALL) return 20;
        int twice = 2 * JeClasses.regions(index);
        return Math.clamp(twice, 20, 200);
    }

    /// How many blocks of a class a cache holds at most.
    int placesOf(int index) {
        return first[index + 1] - first[index];
    }
}
