package org.allod.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.memory.Memory;

/// One thread's arena: [HeapArena#confined]. The thread that opened it only.
///
/// Small on purpose: where all of it is compiled into its user, arena, session and segment are no
/// objects any more, as with the JDK's (`docs/decisions/0021`).
final class ConfinedArena implements HeapArena {
    private final Thread owner = Thread.currentThread();
    private final Blocks blocks;

    private Arena session = Arena.ofConfined();

    private boolean closed;

    ConfinedArena(Allocator allocator) {
        this.blocks = new Blocks(allocator);
        Memory.keepReachable(blocks, session);
    }

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        checkOpen();
        long address = blocks.take(bytes, alignment);
        blocks.add(address, bytes, alignment);
        return Memory.segment(address, bytes, session);
    }

    @Override
    public long allocateAddress(long bytes, long alignment) {
        checkOpen();
        long address = blocks.take(bytes, alignment);
        blocks.add(address, bytes, alignment);
        return address;
    }

    @Override
    public void close() {
        checkOpen();
        closed = true;
        end(session);
        blocks.freeAll();
    }

    /// Ends a session. What is registered with it still finds the blocks.
    private void end(Arena before) {
        try {
            before.close();
        } catch (Throwable thrown) {
            notEnded(before);
            throw thrown;
        }
    }

    private void checkOpen() {
        if (Thread.currentThread() != owner) throw wrongThread();
        if (closed) throw Sessions.closed();
    }

    // ---- cold ----

    @Override
    public void reset() {
        checkOpen();
        end(session);
        open();
        blocks.freeAll();
        blocks.countReset();
    }

    private void open() {
        session = Arena.ofConfined();
        Memory.keepReachable(blocks, session);
    }

    /// A close that threw: refused, and all is as before, or by what was registered, and it ended.
    private void notEnded(Arena before) {
        if (before.scope().isAlive()) {
            closed = false;
        } else {
            if (!closed) open();
            blocks.freeAll();
        }
    }

    @Override
    public MemorySegment reallocate(MemorySegment segment, long newBytes) {
        checkOpen();
        long address = blocks.resize(blocks.find(segment, scope()), newBytes);
        return Memory.segment(address, newBytes, session);
    }

    @Override
    public void free(MemorySegment segment) {
        checkOpen();
        blocks.free(blocks.find(segment, scope()));
    }

    @Override
    public void freeAddress(long address) {
        checkOpen();
        blocks.free(address);
    }

    @Override
    public MemorySegment.Scope scope() {
        return session.scope();
    }

    @Override
    public ArenaStats stats() {
        checkOpen();
        return blocks.stats();
    }

    private WrongThreadException wrongThread() {
        return new WrongThreadException(
                "thread=" + Thread.currentThread() + ", expected the arena's, " + owner);
    }
}
