package org.allod.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Allocator;
import org.allod.Strays;
import org.allod.memory.Memory;

/// An arena that ends when nobody can reach it: [HeapArena#auto].
///
/// ```
///   arena ──► session ◄── segments        none of these reachable: the Cleaner runs
///     │          │
///     ▼          ▼                         strays.add(the list of blocks)
///   blocks ◄── what is run afterwards
/// ```
///
/// Any thread, locks.
final class AutoArena implements HeapArena {
    private final ReentrantLock lock = new ReentrantLock();
    private final Arena session = Arena.ofAuto();
    private final Strays strays;
    private final Blocks blocks;

    AutoArena(Allocator allocator) {
        this.strays = Strays.of(allocator);
        this.blocks = new Blocks(allocator);
        Memory.afterClose(session, leaveBehind(strays, blocks));
    }

    /// What the Cleaner runs. Static, so that it cannot reach the arena.
    private static Runnable leaveBehind(Strays strays, Blocks blocks) {
        return () -> strays.add(blocks.leftBehind());
    }

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        long address = allocateAddress(bytes, alignment);
        MemorySegment segment = Memory.segment(address, bytes, session);
        Reference.reachabilityFence(this);
        return segment;
    }

    @Override
    public long allocateAddress(long bytes, long alignment) {
        strays.drain();
        long address = blocks.take(bytes, alignment);
        lock.lock();
        try {
            blocks.add(address, bytes, alignment);
            return address;
        } finally {
            lock.unlock();
        }
    }

    // ---- cold ----

    @Override
    public MemorySegment reallocate(MemorySegment segment, long newBytes) {
        lock.lock();
        try {
            long address = blocks.resize(blocks.find(segment, session.scope()), newBytes);
            return Memory.segment(address, newBytes, session);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void free(MemorySegment segment) {
        lock.lock();
        try {
            blocks.free(blocks.find(segment, session.scope()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void freeAddress(long address) {
        lock.lock();
        try {
            blocks.free(address);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemorySegment.Scope scope() {
        return session.scope();
    }

    @Override
    public void reset() {
        throw Sessions.automatic();
    }

    @Override
    public void close() {
        throw Sessions.automatic();
    }

    @Override
    public ArenaStats stats() {
        lock.lock();
        try {
            return blocks.stats();
        } finally {
            lock.unlock();
        }
    }
}
