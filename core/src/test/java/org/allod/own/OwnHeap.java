package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicReference;
import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.check.CheckedAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A heap for each test, which must be empty and sound at the end: nothing leaked, nothing written
/// where it must not be, nothing freed twice. Nothing is traced: messages are the same each time.
final class OwnHeap implements BeforeEachCallback, AfterEachCallback {
    private Allocator heap;
    private Tracing.Level level;

    /// The heap of this test.
    Allocator get() {
        return heap;
    }

    /// Blocks that are live.
    long blocks() {
        return heap.stats().blocksUsed();
    }

    static Allocator open() {
        Allocator buddy = new BuddyAllocator(Region.reserved(1 << 26));
        return CheckedAllocator.of(LockedAllocator.of(buddy));
    }

    /// Runs where a recursion of a few thousand calls does not fit.
    static void onSmallStack(Runnable work) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(null, work, "small stack", 160 << 10);
        thread.setUncaughtExceptionHandler((_, each) -> thrown.set(each));
        thread.start();
        thread.join();
        if (thrown.get() != null) throw new AssertionError("on a small stack", thrown.get());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        level = Tracing.level();
        Tracing.level(Tracing.Level.OFF);
        heap = open();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Tracing.level(level);
        try (Allocator ending = heap) {
            ending.verify();
            assertEquals(0, ending.stats().blocksUsed(), "blocks that nobody freed");
        }
    }
}
