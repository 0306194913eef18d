package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.allod.Allocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.check.CheckedAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A heap for each test, which must be empty and sound at the end: nothing leaked, nothing written
/// where it must not be, nothing freed twice.
final class OwnHeap implements BeforeEachCallback, AfterEachCallback {
    private Allocator heap;

    /// The heap of this test.
    Allocator get() {
        return heap;
    }

    /// Blocks that are live.
    long blocks() {
        return heap.stats().blocksUsed();
    }

    static Allocator open() {
        return CheckedAllocator.of(new BuddyAllocator(Region.reserved(1 << 26)));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        heap = open();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try (Allocator ending = heap) {
            ending.verify();
            assertEquals(0, ending.stats().blocksUsed(), "blocks that nobody freed");
        }
    }
}
