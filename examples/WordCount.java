// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/WordCount.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allod.Allocator;
import org.allod.heap.Heap;
import org.allod.own.BTreeMap;
import org.allod.own.Text;
import org.allod.own.Type;

/// Counts the words of a file: the ones that come often, in the order of the alphabet.
void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments.length > 0 ? arguments[0] : "LICENSE");
    try (Heap heap = Heap.open()) {
        Allocator allocator = heap.allocator();
        try (BTreeMap<Text, Long> counts = BTreeMap.of(allocator, Text.TYPE, Type.LONG)) {
            for (String word : Files.readString(file).toLowerCase().split("\\P{L}+")) {
                counts.merge(Text.of(allocator, word), 1L, Long::sum); // moves the word in
            }
            counts.forEach((word, count) -> {
                if (count >= 25) IO.println("%6d %s".formatted(count, word));
            });
            IO.println(counts.size() + " words, " + heap.stats().blocksUsed() + " blocks");
        } // each word is freed here
        IO.println(heap.stats().blocksUsed() + " blocks at the end");
    }
}
