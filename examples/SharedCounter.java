// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/SharedCounter.java

import java.util.concurrent.Executors;
import org.allod.heap.Heap;
import org.allod.own.Arc;
import org.allod.own.Mutex;

// One number off the heap, counted up by a thousand threads. Each has an owner of its own; the last
// one that is closed frees the number.

void main() {
    try (Heap heap = Heap.open()) {
        try (Arc<Mutex<Long>> counter = Arc.of(heap.allocator(), Mutex.of(heap.allocator(), 0L))) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 1_000; i++) {
                    Arc<Mutex<Long>> mine = counter.clone();
                    threads.submit(() -> count(mine));
                }
            } // waits for all of them
            try (var total = counter.get().lock()) {
                IO.println("counted: " + total.get());
            }
            IO.println("owners: " + counter.strongCount());
        }
        IO.println("blocks left: " + heap.stats().blocksUsed());
    }
}

void count(Arc<Mutex<Long>> mine) {
    try (mine) {
        for (int i = 0; i < 100; i++) {
            try (var number = mine.get().lock()) {
                number.set(number.get() + 1);
            } // unlocks
        }
    }
}
