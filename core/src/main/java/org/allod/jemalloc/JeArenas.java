package org.allod.jemalloc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.allod.jemalloc.extent.ArenaPages;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;

/// All arenas: the automatic ones, made as threads come, one for huge blocks, and the users'.
///
/// Threads: any; making, choosing and destroying lock. Source: spec 3.3.
final class JeArenas {
    private static final int PER_PROCESSOR = 4;

    final Space space;
    private final JeTuning tuning;
    private final JeOptions options;
    private final LongSupplier clock;
    private final int limit;
    private final long oversize;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile JeArena[] all = {};
    private int automatic;
    private JeArena huge;

    JeArenas(Space space, JeTuning tuning, LongSupplier clock) {
        this.space = space;
        this.tuning = tuning;
        this.options = tuning.options;
        this.clock = clock;
        int wanted = options.narenas();
        if (wanted == 0) {
            int processors = Runtime.getRuntime().availableProcessors();
            wanted = processors == 1 ? 1 : PER_PROCESSOR * processors;
        }
        this.limit = wanted;
        this.oversize = options.oversizeThreshold();
        make(false, options.dirtyDecayMs());
        automatic = 1;
    }

    /// Those that there are, by number. Not to be changed.
    JeArena[] all() {
        return all;
    }

    /// Most automatic ones.
    int limit() {
        return limit;
    }

    /// Under the lock, or before anybody else is here.
    private JeArena make(boolean explicit, long dirtyMillis) {
        int number = all.length;
        ArenaPages pages =
                new ArenaPages(
                        space,
                        number,
                        options.lgExtentMaxActiveFit(),
                        dirtyMillis,
                        options.muzzyDecayMs(),
                        clock);
        JeArena made = new JeArena(number, space, pages, explicit, tuning);
        JeArena[] more = Arrays.copyOf(all, number + 1);
        more[number] = made;
        all = more;
        return made;
    }

    // ---- a thread's arena ----

    /// An arena for a new thread: one that nobody has, a new one, or the one that the fewest have.
    JeArena attach() {
        lock.lock();
        try {
            JeArena best = null;
            for (JeArena arena : all) {
                if (!isAutomatic(arena)) continue;
                if (best == null || arena.threads < best.threads) best = arena;
            }
            if (best == null || best.threads > 0 && automatic < limit) {
                best = make(false, options.dirtyDecayMs());
                automatic++;
            }
            best.threads++;
            return best;
        } finally {
            lock.unlock();
        }
    }

    /// An arena for a user: one that was destroyed, or a new one.
    JeArena create() {
        lock.lock();
        try {
            for (JeArena arena : all) {
                if (!arena.destroyed) continue;
                arena.destroyed = false;
                return arena;
            }
            return make(true, options.dirtyDecayMs());
        } finally {
            lock.unlock();
        }
    }

    /// An arena, which was reset, may be made again.
    void destroy(JeArena arena) {
        lock.lock();
        try {
            arena.destroyed = true;
        } finally {
            lock.unlock();
        }
    }

    /// The extents in use of an arena.
    List<Extent> activeOf(JeArena arena) {
        List<Extent> active = new ArrayList<>();
        lockPages();
        try {
            long frontier = space.frontier();
            for (long at = space.base(); at < frontier; ) {
                Extent extent = space.starting(at);
                at = extent.end();
                if (extent.arena == arena.number && extent.state() == Extent.State.ACTIVE) {
                    active.add(extent);
                }
            }
        } finally {
            unlockPages();
        }
        return active;
    }

    /// Keeps all extents as they are until [#unlockPages].
    void lockPages() {
        lock.lock();
        for (JeArena arena : all) arena.pages.lock();
    }

    void unlockPages() {
        for (JeArena arena : all) arena.pages.unlock();
        lock.unlock();
    }

    /// A thread that was attached has another arena now.
    void move(JeArena from, JeArena to) {
        lock.lock();
        try {
            from.threads--;
            to.threads++;
        } finally {
            lock.unlock();
        }
    }

    /// Whether threads may have it as their own.
    boolean isAutomatic(JeArena arena) {
        return !arena.explicit && arena != huge;
    }

    /// A thread that was attached has died.
    void detach(JeArena arena) {
        lock.lock();
        try {
            arena.threads--;
        } finally {
            lock.unlock();
        }
    }

    /// An arena for a caller that keeps none, by its thread's number.
    JeArena shared() {
        JeArena[] now = all;
        JeArena arena = now[(int) (Thread.currentThread().threadId() % now.length)];
        return isAutomatic(arena) ? arena : now[0];
    }

    /// Where a large block of so many bytes goes, for a caller with that arena.
    JeArena forLarge(JeArena own, long bytes) {
        if (bytes < oversize || oversize == 0 || limit == 1) return own;
        lock.lock();
        try {
            if (huge == null) huge = make(false, 0);
            return huge;
        } finally {
            lock.unlock();
        }
    }

    /// The arena of an extent.
    JeArena of(Extent extent) {
        return all[extent.arena];
    }

    /// Gives back all free pages.
    long purge() {
        long bytes = 0;
        for (JeArena arena : all) bytes += arena.pages.purge();
        return bytes;
    }

    /// Gives back the pages whose time has come.
    void decay() {
        for (JeArena arena : all) arena.pages.decay();
    }
}
