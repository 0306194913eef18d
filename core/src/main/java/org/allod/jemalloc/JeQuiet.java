package org.allod.jemalloc;

import java.util.function.BooleanSupplier;
import org.allod.CorruptHeapError;

/// What a heap wants done while nobody calls it: pages whose time has come go back, and the caches
/// of dead threads and those that virtual threads share are emptied.
///
/// What it finds broken it leaves for the next caller to find. Threads: `allod-decay` alone.
final class JeQuiet implements BooleanSupplier {
    private final JeMalloc heap;

    JeQuiet(JeMalloc heap) {
        this.heap = heap;
    }

    /// One turn.
    ///
    /// @return whether there will be another
    @Override
    public boolean getAsBoolean() {
        try {
            return heap.turn();
        } catch (CorruptHeapError | IllegalStateException broken) {
            return false;
        }
    }
}
