// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/BoxList.java

import java.util.Optional;
import org.allod.Allocator;
import org.allod.heap.Heap;
import org.allod.own.Box;
import org.allod.own.Type;

// A linked list: each node owns the next one. Closing the first frees all of them, however many.

record Node(long value, Optional<Box<Node>> next) {}

void main() {
    try (Heap heap = Heap.open()) {
        Allocator memory = heap.allocator();
        Type<Node> type = Type.of(Node.class); // 16 B: the value, and the next one's address
        IO.println("a node is " + type.layout());

        Box<Node> first = Box.of(memory, type, new Node(1, Optional.empty()));
        for (int i = 2; i <= 1_000_000; i++) {
            first = Box.of(memory, type, new Node(i, Optional.of(first))); // moves the old one in
        }
        IO.println("blocks: " + heap.stats().blocksUsed() + ", sum: " + sum(first));

        Node head = first.take(); // the node itself: what it owns is ours now
        first = head.next().orElseThrow();
        IO.println("popped " + head.value() + ", next is " + first.get().value());

        first.close();
        IO.println("blocks: " + heap.stats().blocksUsed());
        try {
            first.get();
        } catch (IllegalStateException ended) {
            IO.println(ended.getMessage());
        }
    }
}

/// Walks the list by borrows: good as long as nobody changes it.
long sum(Box<Node> first) {
    long sum = 0;
    for (Box<Node> at = first; at != null; ) {
        Node node = at.get();
        sum += node.value();
        at = node.next().orElse(null);
    }
    return sum;
}
