package org.allod.lab.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Starts the forks: a fresh JVM for one trace, or one workload, and one allocator.
///
/// All get the same Java, the same fixed heap, the serial collector, no assertions and the same
/// environment. A fork that dies or hangs is told as an exception, and none outlives this JVM or
/// [#close]. Any thread.
public final class Forks implements AutoCloseable {

    /// A fork did not bring a result home. The message is one line: how it ended, its last word.
    public static final class ForkFailedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ForkFailedException(String message) {
            super(message);
        }
    }

    /// The Java heap of a fork that needs little.
    public static final long HEAP_BYTES_MIN = 256L << 20;

    /// The trace's columns (33 B an operation, twice while it is compiled into a plan) and room to
    /// spare.
    private static final long HEAP_BYTES_PER_OPERATION = 120;

    /// Without it jemalloc does not load: its thread-local data does not fit the reserve of glibc.
    private static final String TUNABLES = "glibc.rtld.optional_static_tls=16384";

    private static final String LIBRARY_FLAG = "--enable-native-access=";

    private final Path folder;
    private final Duration patience;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Thread hook = new Thread(this::clearAway);

    /// @param patience how long a fork may take before it counts as hanging
    /// @throws IOException if there is no place for temporary files
    public Forks(Duration patience) throws IOException {
        this.folder = Files.createTempDirectory("allod-");
        this.patience = patience;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// For the files that forks read and write. It goes with this object or with this JVM.
    public Path folder() {
        return folder;
    }

    /// Measures in a fork.
    ///
    /// @param trace binary
    /// @param operations of the trace
    /// @throws ForkFailedException if the fork brings no result
    public RunOutcome run(
            Path trace, int operations, Contender contender, ReplaySettings settings) {
        long heap = HEAP_BYTES_MIN + HEAP_BYTES_PER_OPERATION * operations;
        List<String> arguments = List.of(trace.toString(), contender.name(), settings.toString());
        return RunOutcome.parse(run(Fork.class, heap, arguments));
    }

    /// Runs any class of the lab in a fork.
    ///
    /// @param entry its `main` gets the arguments and, after them, the file to write its result to;
    ///     when it cannot, it says why in its last line and exits with 1
    /// @param heapBytes of the fork's Java heap; [#HEAP_BYTES_MIN] where little is needed
    /// @return the result's lines
    /// @throws ForkFailedException if the fork brings no result
    public List<String> run(Class<?> entry, long heapBytes, List<String> arguments) {
        Path result = folder.resolve("result.txt");
        List<String> command = new ArrayList<>(java(entry, heapBytes));
        command.addAll(arguments);
        command.add(result.toString());
        try {
            Files.deleteIfExists(result);
            run(command);
            return Files.readAllLines(result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The JVM's own part of the command line, up to the main class.
    private List<String> java(Class<?> entry, long heap) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xms" + heap);
        command.add("-Xmx" + heap);
        command.add("-XX:+UseSerialGC");
        command.add("-XX:-UsePerfData");
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=" + folder.resolve("crash-%p.log"));
        Module module = entry.getModule();
        if (module.isNamed()) {
            command.add(LIBRARY_FLAG + "org.allod," + module.getName());
            command.add("--module-path");
            command.add(System.getProperty("jdk.module.path"));
            command.add("--module");
            command.add(module.getName() + "/" + entry.getName());
        } else {
            command.add(LIBRARY_FLAG + "ALL-UNNAMED");
            command.add("--class-path");
            command.add(System.getProperty("java.class.path"));
            command.add(entry.getName());
        }
        return command;
    }

    /// Runs a command to its end.
    ///
    /// @throws ForkFailedException unless it ends in time with exit code 0
    void run(List<String> command) throws IOException {
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("GLIBC_TUNABLES", TUNABLES);
        builder.redirectErrorStream(true).redirectOutput(said.toFile());
        Process process = builder.start();
        running.add(process);
        try {
            process.getOutputStream().close();
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                throw new ForkFailedException(
                        "no result after " + patience.toSeconds() + " s, ended");
            }
            if (process.exitValue() != 0) throw failed(process.exitValue(), said);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ForkFailedException("interrupted");
        } finally {
            process.destroyForcibly();
            running.remove(process);
        }
    }

    // ---- cold ----

    private static ForkFailedException failed(int code, Path said) throws IOException {
        String word = lastWord(Files.readAllLines(said, StandardCharsets.ISO_8859_1));
        if (code == 1 && !word.isEmpty()) return new ForkFailedException(word);
        String how = code > 128 ? "ended by signal " + (code - 128) : "exit code " + code;
        return new ForkFailedException(word.isEmpty() ? how : how + ": " + word);
    }

    /// What a fork said last; of a crashed JVM, whose report is long, what hit it.
    static String lastWord(List<String> lines) {
        String last = "";
        for (String line : lines) {
            String word = line.replaceFirst("^#", "").strip();
            if (word.startsWith("SIG") || word.startsWith("EXCEPTION_")) return word;
            if (!word.isEmpty()) last = word;
        }
        return last;
    }

    /// Ends the forks and deletes the folder with the files in it.
    private void clearAway() {
        for (Process process : running) process.destroyForcibly();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        } catch (IOException alreadyGone) {
            // Twice is once; and what cannot be deleted the system's folder for such files keeps.
        }
    }

    @Override
    public void close() {
        clearAway();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook runs by itself.
        }
    }
}
