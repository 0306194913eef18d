package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir private Path folder;

    private static void write(Writer out, String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void replacesWhatWasThere() throws IOException {
        Path path = Files.writeString(folder.resolve("a.csv"), "old and long");
        new OutputFile(path).write(out -> write(out, "new"));
        assertEquals("new", Files.readString(path));
        assertOnly("a.csv");
    }

    @Test
    void whatFailsHalfWayLeavesTheOldOne() throws IOException {
        Path path = Files.writeString(folder.resolve("a.csv"), "old");
        assertThrows(
                IllegalStateException.class,
                () ->
                        new OutputFile(path)
                                .write(out -> {
                                    write(out, "half");
                                    throw new IllegalStateException();
                                }));
        assertEquals("old", Files.readString(path));
        assertOnly("a.csv");
    }

    @Test
    void placesThatCannotBeAreRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> new OutputFile(folder));
        assertThrows(
                IllegalArgumentException.class,
                () -> new OutputFile(folder.resolve("missing").resolve("a.csv")));
    }

    private void assertOnly(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve(name)), files.toList());
        }
    }
}
