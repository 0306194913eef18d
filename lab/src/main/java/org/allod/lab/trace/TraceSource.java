package org.allod.lab.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// Where a trace comes from: a file, standard input, or one that the lab brings along.
///
/// ```
///   "-"                     standard input
///   "runs/a.trc.gz"         a file
///   "nginx"                 a file of that name if there is one, else the bundled trace
/// ```
/// Nothing is read before [#read].
public final class TraceSource {
    /// The argument that means standard input.
    public static final String STANDARD_INPUT = "-";

    private static final List<String> BUNDLED =
            List.of("netty-http", "nginx", "git-diff", "perl-words", "larson-4t", "py-threads");

    private final String argument;
    private final Path file;

    /// @param file or null: standard input or bundled
    private TraceSource(String argument, Path file) {
        this.argument = argument;
        this.file = file;
    }

    /// What the argument names.
    ///
    /// @param argument of the command line
    /// @throws TraceException if it names nothing that can be read
    public static TraceSource of(String argument) {
        if (argument.equals(STANDARD_INPUT)) return new TraceSource(argument, null);
        if (argument.isEmpty()) throw missing("''");
        Path file = path(argument);
        if (Files.isDirectory(file)) {
            throw TraceException.in(argument, "a directory, expected a trace file");
        }
        if (Files.exists(file)) {
            if (Files.isReadable(file)) return new TraceSource(argument, file);
            throw TraceException.in(argument, "permission denied, expected a readable file");
        }
        if (BUNDLED.contains(argument)) return new TraceSource(argument, null);
        throw missing(argument);
    }

    /// The traces that the lab brings along.
    public static List<TraceSource> bundled() {
        return BUNDLED.stream().map(name -> new TraceSource(name, null)).toList();
    }

    /// The names of the traces that the lab brings along.
    public static List<String> bundledNames() {
        return BUNDLED;
    }

    /// Short name for people: the file's without its folder and endings.
    public String name() {
        if (argument.equals(STANDARD_INPUT)) return "stdin";
        if (file == null) return argument;
        String name = file.getFileName().toString();
        String bare = name.replaceFirst("(\\.(trc|rep|txt))?(\\.(gz|xz))?$", "");
        return bare.isEmpty() ? name : bare;
    }

    /// Reads it all.
    ///
    /// @throws TraceException if there is no trace in it
    public Trace read() {
        String source = argument.equals(STANDARD_INPUT) ? "standard input" : argument;
        try (InputStream in = open()) {
            return TraceReader.read(source, name(), in);
        } catch (IOException e) {
            throw TraceException.in(source, TraceReader.reason(e), e);
        }
    }

    /// The argument as it was given.
    @Override
    public String toString() {
        return argument;
    }

    private InputStream open() throws IOException {
        if (file != null) return Files.newInputStream(file);
        if (argument.equals(STANDARD_INPUT)) return System.in;
        InputStream in =
                Trace.class.getResourceAsStream("/org/allod/lab/traces/" + argument + ".trc.xz");
        if (in == null) throw new IOException("not bundled: " + argument);
        return in;
    }

    // ---- cold ----

    private static Path path(String argument) {
        try {
            return Path.of(argument);
        } catch (InvalidPathException e) {
            throw TraceException.in(
                    argument.replaceAll("\\p{Cntrl}", "?"), "no file name: " + e.getReason(), e);
        }
    }

    private static TraceException missing(String argument) {
        return TraceException.in(
                argument,
                "no such file, expected a file, - for standard input, or one of the bundled "
                        + String.join(", ", BUNDLED));
    }
}
