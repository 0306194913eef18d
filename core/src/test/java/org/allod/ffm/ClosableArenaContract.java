package org.allod.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.allod.Allocator;
import org.allod.check.FailingAllocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// What `Arena` promises of the end, of the kinds that are closed.
interface ClosableArenaContract extends ArenaContract {

    @Test
    default void closingEndsSegmentsAndFreesBlocks() {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            List<MemorySegment> segments = new ArrayList<>();
            for (int i = 0; i < 50; i++) segments.add(arena.allocate(i, 8));
            arena.allocateAddress(10, 8);
            MemorySegment.Scope scope = arena.scope();
            assertTrue(scope.isAlive());
            arena.close();
            assertFalse(scope.isAlive());
            assertEquals(scope, arena.scope());
            assertEquals(0, heap.stats().blocksUsed());
            MemorySegment last = segments.getLast();
            assertThrows(IllegalStateException.class, () -> last.get(ValueLayout.JAVA_BYTE, 0));
            assertThrows(IllegalStateException.class, () -> last.asSlice(1).fill((byte) 1));
            heap.verify();
        }
    }

    @Test
    default void everythingThrowsAfterTheEnd() {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            MemorySegment segment = arena.allocate(8);
            arena.close();
            String text =
                    assertThrows(IllegalStateException.class, () -> arena.allocate(8)).getMessage();
            assertEquals("arena is closed, expected an open one", text);
            assertThrows(IllegalStateException.class, () -> arena.allocate(8, 8));
            assertThrows(IllegalStateException.class, () -> arena.allocateFrom("text"));
            assertThrows(IllegalStateException.class, () -> arena.allocateAddress(8, 8));
            assertThrows(IllegalStateException.class, () -> arena.free(segment));
            assertThrows(IllegalStateException.class, () -> arena.freeAddress(16));
            assertThrows(IllegalStateException.class, () -> arena.reallocate(segment, 9));
            assertThrows(IllegalStateException.class, arena::reset);
            assertThrows(IllegalStateException.class, arena::stats);
            assertThrows(IllegalStateException.class, arena::close);
            assertFalse(arena.scope().isAlive());
        }
    }

    @Test
    default void anArenaWithoutSegmentsEndsAsWell() {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena empty = arena(heap);
            empty.close();
            assertFalse(empty.scope().isAlive());
            assertEquals(empty.scope(), empty.scope());
            HeapArena addresses = arena(heap);
            addresses.allocateAddress(8, 8);
            addresses.close();
            assertFalse(addresses.scope().isAlive());
            assertThrows(IllegalStateException.class, addresses::close);
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    default void resetStartsANewSession() {
        try (Allocator heap = ArenaContract.heap();
                HeapArena arena = arena(heap)) {
            MemorySegment.Scope scope = arena.scope();
            MemorySegment old = arena.allocate(64);
            for (int i = 0; i < 30; i++) arena.allocate(64);
            arena.reset();
            assertEquals(0, heap.stats().blocksUsed());
            assertFalse(scope.isAlive());
            assertTrue(arena.scope().isAlive());
            assertNotEquals(scope, arena.scope());
            MemorySegment fresh = arena.allocate(64);
            assertThrows(IllegalStateException.class, () -> old.get(ValueLayout.JAVA_BYTE, 0));
            assertThrows(IllegalStateException.class, () -> arena.free(old));
            fresh.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            assertEquals(new ArenaStats(1, 64, 32, 1), arena.stats());
            arena.reset();
            arena.reset();
            assertEquals(new ArenaStats(0, 0, 32, 3), arena.stats());
        }
    }

    // ---- in the way of the end ----

    @Test
    default void aDowncallRefusesTheEnd() throws Throwable {
        try (Allocator heap = ArenaContract.heap();
                Arena stubs = Arena.ofConfined()) {
            HeapArena arena = arena(heap);
            MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, 3, 1, 2);
            List<Throwable> refused = new ArrayList<>();
            sort(
                    numbers,
                    stubs,
                    () -> {
                        refused.add(assertThrows(IllegalStateException.class, arena::close));
                        refused.add(assertThrows(IllegalStateException.class, arena::reset));
                        assertEquals(1, heap.stats().blocksUsed());
                    });
            assertFalse(refused.isEmpty());
            assertTrue(arena.scope().isAlive());
            assertEquals(1, numbers.getAtIndex(ValueLayout.JAVA_INT, 0));
            arena.free(arena.allocate(8));
            arena.close();
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    /// Sorts in native code, which calls `meanwhile` while it holds the segment.
    @SuppressWarnings("restricted")
    private static void sort(MemorySegment numbers, Arena stubs, Runnable meanwhile)
            throws Throwable {
        FunctionDescriptor compare =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        MethodHandle handle =
                MethodHandles.lookup()
                        .findStatic(
                                ClosableArenaContract.class,
                                "compare",
                                MethodType.methodType(
                                        int.class,
                                        Runnable.class,
                                        MemorySegment.class,
                                        MemorySegment.class))
                        .bindTo(meanwhile);
        Linker linker = Linker.nativeLinker();
        MethodHandle sort =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("qsort"),
                        FunctionDescriptor.ofVoid(
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS));
        sort.invoke(numbers, 3L, 4L, linker.upcallStub(handle, compare, stubs));
    }

    static int compare(Runnable meanwhile, MemorySegment left, MemorySegment right) {
        meanwhile.run();
        return Integer.compare(Memory.getInt(left.address()), Memory.getInt(right.address()));
    }

    @Test
    default void whatIsRegisteredRunsWhileTheBlocksAreThere() {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            MemorySegment segment = arena.allocate(8);
            long[] seen = new long[2];
            Memory.afterClose(
                    arena,
                    () -> {
                        seen[0] = heap.stats().blocksUsed();
                        seen[1]++;
                    });
            arena.reset();
            assertEquals(1, seen[0]);
            assertThrows(IllegalStateException.class, () -> segment.fill((byte) 1));
            arena.close();
            assertEquals(1, seen[1]);
        }
    }

    @Test
    default void aRegisteredActionThatThrowsEndsNevertheless() {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            for (boolean reset : new boolean[] {true, false}) {
                arena.allocate(8);
                arena.allocate(8);
                MemorySegment.Scope scope = arena.scope();
                Memory.afterClose(
                        arena,
                        () -> {
                            throw new UnsupportedOperationException("on purpose");
                        });
                assertThrows(
                        UnsupportedOperationException.class, reset ? arena::reset : arena::close);
                assertFalse(scope.isAlive());
                assertEquals(0, heap.stats().blocksUsed());
                if (reset) assertTrue(arena.scope().isAlive());
            }
            assertThrows(IllegalStateException.class, () -> arena.allocate(8));
        }
    }

    // ---- every failure ----

    @Test
    default void noFailureLeaks() {
        FailingAllocator.failEach(
                ArenaContract::heap,
                heap -> {
                    try (HeapArena arena = arena(heap)) {
                        MemorySegment first = arena.allocate(10);
                        arena.allocateFrom("text");
                        arena.allocateAddress(1000, 64);
                        for (int i = 0; i < 20; i++) arena.allocate(5000, 8);
                        first = arena.reallocate(first, 100);
                        first = arena.reallocate(first, 10_000);
                        arena.free(first);
                        arena.reset();
                        arena.allocate(300);
                    }
                });
    }
}
