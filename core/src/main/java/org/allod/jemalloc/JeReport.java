package org.allod.jemalloc;

import org.allod.jemalloc.extent.PageCounts;
import org.allod.jemalloc.extent.Space;
import org.allod.jemalloc.stats.StatsTree;

/// Reads all counters of a heap into a tree, by their `mallctl` names.
///
/// ```
///   stats.allocated <= stats.active <= stats.mapped,  stats.active <= stats.resident
///   curregs = nmalloc - ndalloc                        of each bin
/// ```
///
/// Blocks in caches count as allocated, whole pages as active. Needs quiet for exact sums.
///
/// Source: spec 3.7.
final class JeReport {
    private final JeRequests requests;
    private final JeOptions options;
    private final StatsTree tree = new StatsTree();
    private JeCached cached;
    private long allocated;
    private long active;
    private long freePages;
    private long retained;

    JeReport(JeRequests requests, JeOptions options) {
        this.requests = requests;
        this.options = options;
    }

    StatsTree tree() {
        tree.put("version", "5.3.0-allod");
        options.values().forEach((name, value) -> tree.put("opt." + name, value));
        constants();
        StatsTree arenas = new StatsTree();
        cached = new JeCached(requests);
        for (JeArena arena : requests.arenas.all()) {
            if (!arena.destroyed) arena(arenas, arena);
        }
        long metadata = new JeCensus(requests, 0, 0).stats().metadata();
        tree.put("stats.allocated", allocated);
        tree.put("stats.active", active);
        tree.put("stats.metadata", metadata);
        tree.put("stats.resident", active + freePages + metadata);
        tree.put("stats.mapped", active + freePages + metadata);
        tree.put("stats.retained", retained);
        tree.put("stats.tcache_blocks", cached.blocks());
        tree.put("stats.tcache_bytes", cached.bytes());
        tree.put("stats.tcache_pinned", cached.pinned());
        arenas.values().forEach(tree::put);
        return tree;
    }

    private void constants() {
        tree.put("arenas.narenas", (long) requests.arenas.all().length);
        tree.put("arenas.quantum", 16L);
        tree.put("arenas.page", Space.PAGE);
        tree.put("arenas.tcache_max", requests.caches.tuning.cachedMax);
        tree.put("arenas.nbins", (long) JeClasses.SMALL);
        for (int i = 0; i < JeClasses.SMALL; i++) {
            tree.put("arenas.bin." + i + ".size", JeClasses.size(i));
            tree.put("arenas.bin." + i + ".nregs", (long) JeClasses.regions(i));
            tree.put("arenas.bin." + i + ".slab_size", JeClasses.slabBytes(i));
            tree.put("arenas.bin." + i + ".nshards", 1L);
        }
        int large = JeClasses.COUNT - JeClasses.SMALL;
        tree.put("arenas.nlextents", (long) large);
        for (int i = 0; i < large; i++) {
            tree.put("arenas.lextent." + i + ".size", JeClasses.size(JeClasses.SMALL + i));
        }
    }

    private void arena(StatsTree out, JeArena arena) {
        String prefix = "stats.arenas." + arena.number + ".";
        PageCounts pages = arena.pages.counts();
        out.put(prefix + "nthreads", (long) arena.threads);
        out.put(prefix + "dirty_decay_ms", pages.dirtyMillis());
        out.put(prefix + "muzzy_decay_ms", pages.muzzyMillis());
        out.put(prefix + "pactive", pages.active() >>> Space.PAGE_LOG2);
        out.put(prefix + "pdirty", pages.dirty() >>> Space.PAGE_LOG2);
        out.put(prefix + "pmuzzy", pages.muzzy() >>> Space.PAGE_LOG2);
        out.put(prefix + "mapped", pages.active() + pages.dirty() + pages.muzzy());
        out.put(prefix + "resident", pages.active() + pages.dirty() + pages.muzzy());
        out.put(prefix + "retained", pages.retained());
        out.put(prefix + "tcache_bytes", cached.bytes(arena));
        out.put(prefix + "dirty_npurge", pages.dirtyPurges());
        out.put(prefix + "dirty_nmadvise", pages.dirtyCalls());
        out.put(prefix + "dirty_purged", pages.dirtyPurged());
        out.put(prefix + "muzzy_npurge", pages.muzzyPurges());
        out.put(prefix + "muzzy_nmadvise", pages.muzzyCalls());
        out.put(prefix + "muzzy_purged", pages.muzzyPurged());
        out.put(prefix + "extents.ndirty", pages.dirtyExtents());
        out.put(prefix + "extents.nmuzzy", pages.muzzyExtents());
        out.put(prefix + "extents.nretained", pages.retainedExtents());
        active += pages.active();
        freePages += pages.dirty() + pages.muzzy();
        retained += pages.retained();
        arena.pages.lockCounts(out, prefix + "mutexes.extents_dirty");
        small(out, arena, prefix);
        large(out, arena, prefix);
    }

    private void small(StatsTree out, JeArena arena, String prefix) {
        StatsTree rows = new StatsTree();
        long[] sums = new long[6];
        for (JeBin bin : arena.bins) {
            bin.lock.lockToLook();
            try {
                long requests = bin.direct + cached.served(arena, bin.sizeClass);
                bin(rows, bin, requests, prefix + "bins." + bin.sizeClass + ".");
                sums[0] += bin.regionsNow() * JeClasses.size(bin.sizeClass);
                sums[1] += bin.regionsOut;
                sums[2] += bin.regionsBack;
                sums[3] += bin.fills;
                sums[4] += bin.flushes;
                sums[5] += requests;
            } finally {
                bin.lock.unlock();
            }
        }
        String[] names = {"allocated", "nmalloc", "ndalloc", "nfills", "nflushes", "nrequests"};
        for (int i = 0; i < sums.length; i++) out.put(prefix + "small." + names[i], sums[i]);
        rows.values().forEach(out::put);
        allocated += sums[0];
    }

    private static void bin(StatsTree out, JeBin bin, long requests, String prefix) {
        out.put(prefix + "nmalloc", bin.regionsOut);
        out.put(prefix + "ndalloc", bin.regionsBack);
        out.put(prefix + "nrequests", requests);
        out.put(prefix + "curregs", bin.regionsNow());
        out.put(prefix + "nfills", bin.fills);
        out.put(prefix + "nflushes", bin.flushes);
        out.put(prefix + "nslabs", bin.slabs);
        out.put(prefix + "nreslabs", bin.reslabs);
        out.put(prefix + "curslabs", bin.slabsNow);
        out.put(prefix + "nonfull_slabs", (long) bin.nonFull());
        bin.lock.counts(out, prefix + "mutex");
    }

    private void large(StatsTree out, JeArena arena, String prefix) {
        StatsTree rows = new StatsTree();
        long[] sums = new long[4];
        for (int i = JeClasses.SMALL; i < JeClasses.COUNT; i++) {
            long gone = arena.largeGone.get(i);
            long made = arena.largeMade.get(i);
            sums[0] += (made - gone) * JeClasses.size(i);
            sums[1] += made;
            sums[2] += gone;
            long requests = arena.largeDirect.get(i) + cached.served(arena, i);
            sums[3] += requests;
            if (made == 0) continue;
            String row = prefix + "lextents." + (i - JeClasses.SMALL) + ".";
            rows.put(row + "nmalloc", made);
            rows.put(row + "ndalloc", gone);
            rows.put(row + "nrequests", requests);
            rows.put(row + "curlextents", made - gone);
        }
        String[] names = {"allocated", "nmalloc", "ndalloc", "nrequests"};
        for (int i = 0; i < sums.length; i++) out.put(prefix + "large." + names[i], sums[i]);
        rows.values().forEach(out::put);
        allocated += sums[0];
    }
}
