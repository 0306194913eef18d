package org.allod.ptmalloc;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;

/// The arenas: made when a new thread finds none free, up to a limit; a thread keeps its own.
///
/// Threads: any; [#attach] and [#detach] lock. Source: spec 2.11.
final class PtArenas {
    private final PtHeaps heaps;
    private final PtTuning tuning;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile PtArena[] all = {};
    private int turn;

    PtArenas(PtHeaps heaps, PtTuning tuning) {
        this.heaps = heaps;
        this.tuning = tuning;
        int processors = Runtime.getRuntime().availableProcessors();
        this.limit = Math.min(tuning.options.arenaLimit(processors), heaps.count() + 1 >> 1);
    }

    /// Those that there are. Not to be changed.
    PtArena[] all() {
        return all;
    }

    /// An arena for a new thread: one that nobody uses, a new one, or one that is not busy.
    ///
    /// @param request bytes that will be asked for first
    /// @return null where there is no room for any
    PtArena attach(long request) {
        lock.lock();
        try {
            PtArena arena = choose(request);
            if (arena != null) arena.threads++;
            return arena;
        } finally {
            lock.unlock();
        }
    }

    private PtArena choose(long request) {
        for (PtArena arena : all) {
            if (arena.threads == 0) return arena;
        }
        PtArena made = all.length < limit ? make(request) : null;
        if (made != null || all.length == 0) return made;
        for (int i = 0; i < all.length; i++) {
            PtArena arena = next();
            if (arena.tryLock()) {
                arena.unlock();
                return arena;
            }
        }
        return next();
    }

    private PtArena next() {
        turn = (turn + 1) % all.length;
        return all[turn];
    }

    private PtArena make(long request) {
        long size = PtChunk.sizeFor(request);
        long wanted = request + PtHeaps.INFO + PtHeaps.RECORD + PtChunk.ALIGNMENT;
        int heap =
                heaps.open(
                        PtHeaps.FIRST + Math.min(size, PtChunk.LARGE) + PtChunk.MIN,
                        Math.min(wanted + tuning.options.topPad(), heaps.heapBytes()),
                        -1);
        if (heap < 0) return null;
        PtArena[] more = Arrays.copyOf(all, all.length + 1);
        PtArena arena = new PtArena(all.length, heaps, tuning, heap);
        heaps.assign(heap, arena);
        more[all.length] = arena;
        all = more;
        return arena;
    }

    /// A thread that was attached has died.
    void detach(PtArena arena) {
        lock.lock();
        try {
            arena.threads--;
        } finally {
            lock.unlock();
        }
    }

    /// An arena for a caller that keeps none, by its thread's number; null where there is no room.
    PtArena shared(long request) {
        PtArena[] now = all;
        if (now.length > 0) {
            return now[(int) (Thread.currentThread().threadId() % now.length)];
        }
        lock.lock();
        try {
            return all.length > 0 ? all[0] : make(request);
        } finally {
            lock.unlock();
        }
    }

    /// The arena of a chunk.
    ///
    /// @throws CorruptHeapError if it is none's
    PtArena of(long chunk) {
        PtArena arena = heaps.isLink(chunk) ? heaps.arenaOf(chunk) : null;
        if (arena == null) {
            throw heaps.fault.chunk(chunk, "expected a live block, found an address in no arena");
        }
        return arena;
    }

    /// No arena any more.
    void close() {
        all = new PtArena[0];
    }
}
