// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/FirstHeap.java

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.allod.heap.Heap;

void main() {
    try (Heap heap = Heap.open()) {
        MemorySegment squares = heap.allocate(1_000 * Long.BYTES); // zeroed, with bounds
        for (int i = 0; i < 1_000; i++) {
            squares.setAtIndex(ValueLayout.JAVA_LONG, i, (long) i * i);
        }
        IO.println("31 * 31 = " + squares.getAtIndex(ValueLayout.JAVA_LONG, 31));
        heap.free(squares); // this block, now
        heap.allocate(100); // forgotten: close() tells so
        IO.println("live: " + heap.stats().blocksUsed() + " block");
    } // everything goes back to the system here
}
