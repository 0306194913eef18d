package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.own.Box;
import org.allod.own.Rc;
import org.allod.own.Tracing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A heap that is closed tells the owners that are open in it by the line that made them.
@Tag("both")
class OwnerLeaksTest {
    private final Tracing.Level before = Tracing.level();
    private final List<LeakReport> leaks = new ArrayList<>();

    @BeforeEach
    void trace() {
        Tracing.level(Tracing.Level.EVERY);
    }

    @AfterEach
    void asBefore() {
        Tracing.level(before);
    }

    @Test
    void tellsOwnersBySiteAndTheRestWithout() {
        Box<Box<Long>> box;
        try (Heap heap = Heap.builder().onLeak(leaks::add).open()) {
            box = Box.of(heap.allocator(), Box.of(heap.allocator(), 1L));
            heap.allocator().allocate(100, 8);
            Box.of(heap.allocator(), 2L).close();
            assertEquals(leaks, List.of());
            assertEquals(2, heap.live().size());
        }
        assertEquals(2, leaks.size(), leaks::toString);
        LeakReport raw = leaks.getFirst();
        assertFalse(raw.isSiteKnown());
        assertEquals(1, raw.blocks());
        LeakReport owner = leaks.getLast();
        assertTrue(owner.site().getFirst().toString().contains("OwnerLeaksTest"));
        assertEquals(2, owner.blocks());
        assertEquals(16, owner.bytes());
        assertFalse(box.isClosed());
    }

    @Test
    void countsWhatSeveralOwnOnce() {
        Rc<Long> left;
        try (Heap heap = Heap.builder().onLeak(leaks::add).open()) {
            left = Rc.of(heap.allocator(), 1L);
            left.clone().downgrade();
        }
        long blocks = leaks.stream().mapToLong(LeakReport::blocks).sum();
        assertEquals(1, blocks);
        assertFalse(left.isClosed());
    }
}
