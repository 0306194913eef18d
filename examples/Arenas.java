// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/Arenas.java

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.allod.ffm.HeapArena;
import org.allod.heap.Heap;

// A heap's arena is a java.lang.foreign.Arena: C's strlen takes its strings, code that knows only
// the JDK's type takes the arena itself. What the JDK's has not: one segment freed early, a segment
// that grows, an arena that starts anew.

void main() throws Throwable {
    try (Heap heap = Heap.open()) {
        try (HeapArena arena = heap.arena()) {
            IO.println("strlen: " + strlen(arena, "Allod"));

            MemorySegment line = arena.allocate(16);
            line = arena.reallocate(line, 80); // in place where there is room; the rest is zero
            arena.free(line); // this one, now

            for (int request = 1; request <= 3; request++) {
                arena.allocateFrom("answer to request " + request);
                arena.allocate(ValueLayout.JAVA_LONG, 100);
                IO.println("request " + request + ": " + arena.stats());
                arena.reset(); // its segments throw from here on, their blocks are free
            }
        }
        IO.println("live blocks: " + heap.stats().blocksUsed());
    }
}

long strlen(Arena arena, String text) throws Throwable {
    Linker linker = Linker.nativeLinker();
    var strlen =
            linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("strlen"),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    return (long) strlen.invokeExact(arena.allocateFrom(text));
}
