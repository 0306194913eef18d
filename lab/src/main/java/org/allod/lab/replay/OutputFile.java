package org.allod.lab.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/// A file that is there whole or not at all: written beside its place and moved there at the end.
///
/// @param path where it will be
public record OutputFile(Path path) {

    /// Checks that it can be written, before any work is done for it.
    ///
    /// @throws IllegalArgumentException if its folder is missing or it is a folder itself
    public OutputFile {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) throw bad(path, "is a folder, expected a file");
        if (folder == null || !Files.isDirectory(folder)) {
            throw bad(path, "cannot be written, its folder does not exist");
        }
        boolean special = Files.exists(path) && !Files.isRegularFile(path);
        if (!Files.isWritable(Files.exists(path) ? path : folder)
                || !special && !Files.isWritable(folder)) {
            throw bad(path, "cannot be written, permission denied");
        }
    }

    private static IllegalArgumentException bad(Path path, String why) {
        return new IllegalArgumentException(path + " " + why);
    }

    /// Writes it. A device or a pipe is written to as it is.
    ///
    /// @throws UncheckedIOException if it cannot be written; then what was there before still is
    public void write(Consumer<Writer> content) {
        boolean special = Files.exists(path) && !Files.isRegularFile(path);
        Path part = special ? path : path.resolveSibling(path.getFileName() + ".part");
        try {
            try (Writer out = Files.newBufferedWriter(part)) {
                content.accept(out);
            }
            if (!special) Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!special) delete(part);
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
