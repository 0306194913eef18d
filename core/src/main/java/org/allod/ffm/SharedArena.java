package org.allod.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Allocator;
import org.allod.memory.Memory;

/// An arena for all threads: [HeapArena#shared].
///
/// The lock guards list, session and end; blocks are taken and zeroed outside it. A close holds it
/// through the session's handshake, so that no block comes between. Any thread, locks.
final class SharedArena implements HeapArena {
    private final ReentrantLock lock = new ReentrantLock();
    private final Blocks blocks;

    /// Null until the first segment or [#scope], and after a reset.
    private Arena session;

    private volatile boolean closed;

    SharedArena(Allocator allocator) {
        this.blocks = new Blocks(allocator);
    }

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        checkOpen();
        long address = blocks.take(bytes, alignment);
        Arena now;
        lock.lock();
        try {
            add(address, bytes, alignment);
            now = session();
        } finally {
            lock.unlock();
        }
        return Memory.segment(address, bytes, now);
    }

    @Override
    public long allocateAddress(long bytes, long alignment) {
        checkOpen();
        long address = blocks.take(bytes, alignment);
        lock.lock();
        try {
            add(address, bytes, alignment);
        } finally {
            lock.unlock();
        }
        return address;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            checkOpen();
            closed = true;
            endSession();
        } finally {
            lock.unlock();
        }
    }

    // ---- under the lock ----

    private void add(long address, long bytes, long alignment) {
        if (closed) {
            blocks.giveBack(address, bytes, alignment);
            throw Sessions.closed();
        }
        blocks.add(address, bytes, alignment);
    }

    private Arena session() {
        if (session == null) {
            session = Arena.ofShared();
            Memory.keepReachable(blocks, session);
        }
        return session;
    }

    /// Ends the session, then frees; what stands in its way leaves both.
    private void endSession() {
        try {
            if (session != null) session.close();
        } finally {
            boolean over = session == null || !session.scope().isAlive();
            closed &= over;
            if (over) blocks.freeAll();
        }
    }

    private void checkOpen() {
        if (closed) throw Sessions.closed();
    }

    // ---- cold ----

    @Override
    public void reset() {
        lock.lock();
        try {
            checkOpen();
            Arena before = session;
            try {
                endSession();
            } finally {
                if (before == null || !before.scope().isAlive()) {
                    session = null;
                    blocks.countReset();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemorySegment reallocate(MemorySegment segment, long newBytes) {
        lock.lock();
        try {
            checkOpen();
            long address = blocks.resize(blocks.find(segment, scope()), newBytes);
            return Memory.segment(address, newBytes, session());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void free(MemorySegment segment) {
        lock.lock();
        try {
            checkOpen();
            blocks.free(blocks.find(segment, scope()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void freeAddress(long address) {
        lock.lock();
        try {
            checkOpen();
            blocks.free(address);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemorySegment.Scope scope() {
        lock.lock();
        try {
            if (session == null && closed) session = Sessions.ended();
            return session().scope();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ArenaStats stats() {
        lock.lock();
        try {
            checkOpen();
            return blocks.stats();
        } finally {
            lock.unlock();
        }
    }
}
