package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a user sees who forgot a `free` and chose nothing: a program of its own, its error stream.
class LeakWarningTest {
    private static final String PROGRAM =
            """
            import org.allod.heap.Heap;

            void main() {
                try (Heap heap = Heap.open()) {
                    heap.allocate(10);
                    heap.allocate(20);
                }
                var sites = Heap.builder().tracking(Heap.Tracking.SITES);
                try (Heap heap = sites.open()) {
                    for (int i = 0; i < 2; i++) heap.allocate(10);
                    heap.allocate(50);
                }
            }
            """;

    @Test
    @Timeout(120)
    void warnsOncePerSite(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("Leak.java"), PROGRAM);
        Path output = folder.resolve("output");
        Path classes =
                Path.of(Heap.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process program =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classes.toString(),
                                source.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertEquals(0, program.waitFor(), () -> read(output));
        String text = read(output);
        assertEquals(3, text.split("leak at the close of a heap: ", -1).length - 1, text);
        assertTrue(text.contains("WARNING"), text);
        assertTrue(text.contains("2 blocks, 30 B, allocated at an unknown site; Heap"), text);
        assertTrue(text.contains("1 block, 50 B, allocated at\n    Leak.main(Leak.java:"), text);
        assertTrue(text.contains("2 blocks, 20 B, allocated at\n    Leak.main(Leak.java:"), text);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException thrown) {
            throw new UncheckedIOException(thrown);
        }
    }
}
