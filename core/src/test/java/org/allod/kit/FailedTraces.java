package org.allod.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps the shortest failing run of each name as a trace file.
final class FailedTraces {
    private static final Path FOLDER = Path.of("target", "failed-traces");
    private static final Map<String, Integer> SHORTEST = new ConcurrentHashMap<>();

    private FailedTraces() {}

    /// Writes the trace unless a shorter one of that name is there; the error to throw, which says
    /// how to play it again.
    static AssertionError keep(String name, List<String> trace, Throwable failure) {
        Path file = FOLDER.resolve(name + ".trc").toAbsolutePath();
        if (trace.size() <= SHORTEST.getOrDefault(name, Integer.MAX_VALUE)) {
            SHORTEST.put(name, trace.size());
            write(file, name, trace, failure);
        }
        return new AssertionError(
                failure + "\n  kept as " + file + "; play it again with -Dallod.trace=" + file,
                failure);
    }

    private static void write(Path file, String name, List<String> trace, Throwable failure) {
        List<String> lines = new ArrayList<>();
        lines.add("# trace: " + name);
        lines.add("# failure: " + String.valueOf(failure).replace('\n', ' '));
        lines.addAll(trace);
        try {
            Files.createDirectories(FOLDER);
            Files.write(file, lines);
        } catch (IOException broken) {
            failure.addSuppressed(broken);
        }
    }
}
