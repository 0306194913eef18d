package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;

import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Checks the invariants of the package's page, by number, and those of each space. Needs quiet.
final class NedVerifier {
    private final String name;
    private final Region region;
    private final NedMarks marks;
    private final NedSpaces spaces;
    private final NedCaches caches;

    /// Blocks that lists of caches have.
    private long listed;

    /// Blocks whose tags say that they are cached.
    private long cached;

    NedVerifier(String name, Region region, NedMarks marks, NedSpaces spaces, NedCaches caches) {
        this.name = name;
        this.region = region;
        this.marks = marks;
        this.spaces = spaces;
        this.caches = caches;
    }

    void verify() {
        NedSpace[] all = spaces.all();
        for (int i = 0; i < all.length; i++) {
            expect(all[i].number == i, all[i].start, "I1: expected spaces by number");
            all[i].lock.lock();
            try {
                all[i].heap.verify();
            } finally {
                all[i].lock.unlock();
            }
        }
        for (NedCache cache : caches.all()) {
            if (cache.record() != NULL) checkCache(cache);
        }
        new NedWalk(region, marks, spaces, caches)
                .walk((address, bytes, kind) -> {
                    if (kind == Kind.CACHED) {
                        cached++;
                    } else if (kind == Kind.USED) {
                        expect(
                                marks.usableLive(address) == bytes,
                                address,
                                "I2: expected the mark of its space behind each block");
                    }
                });
        expect(cached == listed, region.base(), "I3: expected each cached block in one list");
    }

    private void checkCache(NedCache cache) {
        long blocks = 0;
        long usable = 0;
        long rounded = 0;
        for (int bin = 1; bin <= NedCache.BIN_MAX; bin++) {
            long newer = NULL;
            for (long at = cache.newestOf(bin); at != NULL; at = NedBlock.older(at)) {
                long bytes = marks.usableCached(at);
                expect(bytes >= 0, at, "I3: expected the tags of a cached block");
                expect(
                        newer == NULL || NedBlock.newer(at) == newer && isYounger(newer, at),
                        at,
                        "I4: expected links that are mutual, from newest to oldest");
                expect(NedCache.binOf(bytes) == bin, at, "I4: expected a block of its bin's size");
                blocks++;
                usable += bytes;
                rounded += 16L << bin;
                newer = at;
            }
            expect(
                    newer == NULL || cache.oldestOf(bin) == newer,
                    newer,
                    "I4: expected the list to end with the oldest");
        }
        expect(
                blocks == cache.clock() - cache.hits() - cache.released(),
                cache.record(),
                "I5: expected as many blocks as were counted");
        expect(
                usable == cache.usable() && rounded == cache.rounded() && !cache.isFull(),
                cache.record(),
                "I5: expected the bytes that were counted, below 1 MiB");
        listed += blocks;
    }

    private static boolean isYounger(long newer, long at) {
        return NedBlock.clock(newer) > NedBlock.clock(at);
    }

    private void expect(boolean holds, long address, String check) {
        if (!holds) throw new CorruptHeapError(name, address, "ned." + check);
    }
}
