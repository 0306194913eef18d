package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.allod.heap.Allocators;
import org.allod.lab.trace.TraceSource;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What options refuse, on a command that has one of each kind.
class ErrorLinesTest {
    private final Sample sample = new Sample();
    private final StringWriter err = new StringWriter();

    @Test
    void goodOnes() {
        assertEquals(
                0,
                run(
                        "--region=4g",
                        "--alignment=64",
                        "--threads",
                        "own",
                        "--allocators",
                        "buddy,native:libc",
                        "nginx",
                        "-"));
        assertEquals(4L << 30, sample.region);
        assertEquals(64, sample.alignment);
        assertEquals(Threads.OWN, sample.threads);
        assertEquals(List.of("buddy", "native:libc"), sample.allocators);
        assertEquals(List.of("nginx", "-"), sample.traces.stream().map(Object::toString).toList());
    }

    @Test
    void noTraceIsNull() {
        assertEquals(0, run("--region=1"), err.toString());
        assertEquals(null, sample.traces);
    }

    @Test
    void refusedOnes() {
        refused("--region: size=0, expected 1 to 2^63 - 1 bytes, such as", "--region", "0");
        refused("--region: size=-1, expected 1 to 2^63 - 1 bytes, such as", "--region=-1");
        refused("--alignment: alignment=3, expected a power of two", "--alignment", "3");
        refused("--threads: 'x', expected one of order, own", "--threads", "x");
        refused("--allocators: allocator=nosuch, expected one of", "--allocators", "buddy,nosuch");
        refused(Allocators.names(), "--allocators", "nosuch");
        refused("nosuch: no such file", "nginx", "nosuch");
        refused("Missing required parameter for option '--region'", "--region");
        refused("Unknown option: '--ragion'", "--ragion", "4");
        refused(
                "option '--region' (<region>) should be specified only once",
                "--region=1",
                "--region=2");
    }

    @Test
    void failuresAreOneLine() {
        sample.failure = new CommandFailedException("the fork died\n  of old age");
        assertEquals(1, run());
        assertEquals("allod: the fork died of old age", err.toString().strip());
    }

    @Test
    void whatIsOursShowsItsStack() {
        sample.failure = new NullPointerException("oops");
        assertEquals(1, run());
        String[] lines = err.toString().split("\n");
        assertEquals(
                "allod: a defect of this program, please report it:"
                        + " java.lang.NullPointerException: oops",
                lines[0]);
        assertTrue(lines.length > 3, err.toString());
    }

    @Test
    void failuresOfTheSystem() {
        sample.failure = new IOException("No space left on device");
        assertEquals(1, run());
        assertEquals("allod: No space left on device", err.toString().strip());
    }

    private void refused(String message, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), err.toString());
        assertTrue(err.toString().startsWith("allod: "), err.toString());
        assertTrue(err.toString().contains(message), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    private int run(String... args) {
        return Main.line(sample, new ErrorLines(Progress.silent()))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private enum Threads {
        ORDER,
        OWN
    }

    @Command(name = "sample", mixinStandardHelpOptions = true)
    private static final class Sample implements Callable<Integer> {
        @Option(names = "--region", converter = SizeConverter.class)
        private long region;

        @Option(names = "--alignment", converter = AlignmentConverter.class)
        private long alignment;

        @Option(names = "--threads")
        private Threads threads;

        @Option(names = "--allocators", split = ",", converter = AllocatorConverter.class)
        private List<String> allocators;

        // Optional, and each one converted for certain: see TraceConverter.
        @Parameters(
                paramLabel = "TRACE",
                arity = "1",
                defaultValue = Option.NULL_VALUE,
                converter = TraceConverter.class)
        private List<TraceSource> traces;

        private Exception failure;

        @Override
        public Integer call() throws Exception {
            if (failure != null) throw failure;
            return Main.FINE;
        }
    }
}
