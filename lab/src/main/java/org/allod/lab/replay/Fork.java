package org.allod.lab.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allod.HeapExhaustedException;
import org.allod.lab.trace.BinaryTrace;

/// The entry of a forked JVM: one trace, one allocator, one result file.
///
/// Started by [Forks]; what goes wrong is its last line on standard error.
public final class Fork {
    private Fork() {}

    /// Measures.
    ///
    /// @param args binary trace, allocator, settings, file for the result
    /// @throws IOException if a file cannot be read or written
    public static void main(String[] args) throws IOException {
        try {
            Replay replay =
                    new Replay(
                            new Contender(args[1]),
                            BinaryTrace.read(Path.of(args[0])),
                            ReplaySettings.parse(args[2]));
            Files.write(Path.of(args[3]), replay.measure().lines());
            System.exit(0);
        } catch (IllegalArgumentException | HeapExhaustedException wrong) {
            System.err.println(wrong.getMessage());
        } catch (RuntimeException | Error defect) {
            defect.printStackTrace();
            System.err.println(defect);
        }
        System.exit(1);
    }
}
