package org.allod.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import org.allod.CorruptHeapError;
import org.allod.heap.Heap;
import org.allod.heap.HeapBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/// Test classes that leak, run by the test kit: which of their tests fail, and with what.
class LeakExtensionTest {

    private static EngineExecutionResults run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
    }

    /// What each test ended with, by its method's name; null: it passed.
    private static Map<String, Throwable> results(Class<?> tests) {
        Map<String, Throwable> results = new TreeMap<>();
        for (Event event : run(tests).testEvents().finished().list()) {
            TestExecutionResult result = event.getRequiredPayload(TestExecutionResult.class);
            String name = event.getTestDescriptor().getDisplayName();
            results.put(name.replaceAll("\\(.*", ""), result.getThrowable().orElse(null));
        }
        return results;
    }

    // ---- the heap of a test ----

    @ExtendWith(LeakExtension.class)
    static class Simple {
        @Test
        void clean(Heap heap) {
            heap.free(heap.allocate(10));
        }

        @Test
        void leaking(Heap heap) {
            for (int i = 0; i < 2; i++) heap.allocate(48);
            heap.allocateFrom("text");
        }

        @Test
        void failing(Heap heap) {
            heap.allocate(10);
            throw new IllegalStateException("its own reason");
        }

        @Test
        void without() {}
    }

    @Test
    void failsTheTestThatLeaked() {
        Map<String, Throwable> results = results(Simple.class);
        assertEquals(4, results.size());
        assertEquals(null, results.get("clean"));
        assertEquals(null, results.get("without"));
        String text = results.get("leaking").getMessage();
        assertTrue(text.startsWith("leaking(Heap) leaks 3 blocks, 101 B"), text);
        assertTrue(text.contains("2 blocks, 96 B, allocated at"), text);
        assertTrue(text.contains("LeakExtensionTest$Simple.leaking(LeakExtensionTest.java:"), text);
    }

    @Test
    void aFailedTestKeepsItsOwnReason() {
        Throwable thrown = results(Simple.class).get("failing");
        assertEquals("its own reason", thrown.getMessage());
        assertEquals(1, thrown.getSuppressed().length);
        String text = thrown.getSuppressed()[0].getMessage();
        assertTrue(text.startsWith("failing(Heap) leaks 1 block, 10 B"), text);
    }

    // ---- everywhere in a class ----

    @ExtendWith(LeakExtension.class)
    static class Everywhere {
        private static Heap ofClass;
        private final Heap mine;

        Everywhere(Heap heap) {
            mine = heap;
        }

        @BeforeAll
        static void beforeAll(Heap heap) {
            ofClass = heap;
            heap.allocate(7);
        }

        @BeforeEach
        void before(Heap heap) {
            assertSame(mine, heap);
        }

        @Test
        void first(Heap heap) {
            assertSame(mine, heap);
            assertNotSame(ofClass, heap);
        }

        @Test
        void second(Heap heap) {
            assertSame(mine, heap);
            assertEquals(0, heap.stats().allocations());
            heap.allocate(1);
        }

        @AfterEach
        void after(Heap heap) {
            assertSame(mine, heap);
            heap.live();
        }
    }

    @Test
    void aTestHasOneHeapAndItsClassAnother() {
        EngineExecutionResults results = run(Everywhere.class);
        results.testEvents().assertStatistics(events -> events.succeeded(1).failed(1));
        Throwable ofClass =
                results.containerEvents()
                        .failed()
                        .list()
                        .getFirst()
                        .getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow();
        assertTrue(ofClass.getMessage().contains("leaks 1 block, 7 B"), ofClass.getMessage());
    }

    // ---- heaps that a test opens ----

    @ExtendWith(LeakExtension.class)
    static class Opening {
        @Test
        void clean(HeapBuilder builder) {
            try (Heap heap = builder.reserve(1 << 20).open()) {
                heap.free(heap.allocate(10));
            }
        }

        @Test
        void leaking(HeapBuilder left, HeapBuilder right) {
            try (Heap one = left.reserve(1 << 20).open();
                    Heap two = right.reserve(1 << 20).open()) {
                one.allocate(10);
                two.allocate(20);
            }
        }
    }

    @Test
    void failsWhatLeaksInHeapsOfItsBuilders() {
        Map<String, Throwable> results = results(Opening.class);
        assertEquals(null, results.get("clean"));
        String text = results.get("leaking").getMessage();
        assertTrue(text.contains("leaks 2 blocks, 30 B"), text);
    }

    // ---- heaps of other kinds ----

    static class Registered {
        @RegisterExtension
        static final LeakExtension LEAKS =
                LeakExtension.with(() -> Heap.builder().reserve(1 << 20).checked(true));

        @Test
        void overrunning(Heap heap) {
            var segment = heap.allocate(10);
            segment.set(ValueLayout.JAVA_BYTE, 9, (byte) 1);
            heap.free(segment);
            segment.set(ValueLayout.JAVA_BYTE, 9, (byte) 1);
        }
    }

    @Test
    void takesHeapsOfOtherKinds() {
        Throwable thrown = results(Registered.class).get("overrunning");
        assertSame(CorruptHeapError.class, thrown.getClass());
    }
}
