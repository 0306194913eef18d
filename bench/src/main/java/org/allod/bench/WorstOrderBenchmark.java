package org.allod.bench;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Everything is freed in the order that is worst for buddies.
///
/// ```
///   allocate 2n neighbours   │l│u│l│u│l│u│l│u│     64 B each
///   free all upper halves    │l│ │l│ │l│ │l│ │     nothing merges, and the free list grows to n
///   free all lower halves    │               │     each must find its buddy in that list
/// ```
///
/// The original walks the list, so that ten times the pairs take 138 times as long. [#main] runs
/// both numbers of pairs and prints what it is here.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
public class WorstOrderBenchmark {
    private static final long SIZE = 64;

    private static final String FEW = "1000";
    private static final String MANY = "10000";

    /// How much longer 10 times the pairs may take: linear, and half as much again for the caches.
    private static final double RATIO_MAX = 15;

    /// Name of the allocator. [Main] puts all of them in.
    @Param("buddy")
    public String allocator;

    /// Blocks of two halves.
    @Param({FEW, MANY})
    public int pairs;

    private Allocator heap;
    private long[] blocks;

    /// Makes an empty heap, in the thread that owns it.
    @Setup
    public void open() {
        heap = LivedInHeap.open(allocator, 0);
        blocks = new long[2 * pairs];
    }

    /// Looks at the heap.
    @TearDown
    public void check() {
        LivedInHeap.check(heap);
    }

    /// Allocates all blocks and frees them.
    ///
    /// @return the last block's address
    @Benchmark
    public long uppersThenLowers() {
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = heap.allocate(SIZE, LivedInHeap.ALIGNMENT);
        }
        for (int i = 1; i < blocks.length; i += 2) {
            heap.deallocate(blocks[i], SIZE, LivedInHeap.ALIGNMENT);
        }
        for (int i = 0; i < blocks.length; i += 2) {
            heap.deallocate(blocks[i], SIZE, LivedInHeap.ALIGNMENT);
        }
        return blocks[0];
    }

    /// Runs this benchmark and prints, for each allocator, how much longer the larger one took, by
    /// the medians of single calls: a mean would tell how busy the machine is. The JVM ends with 1
    /// where that is too long, with 2 where nothing could be run.
    ///
    /// @param arguments JMH's, such as `-p allocator=buddy`
    public static void main(String[] arguments) {
        try {
            if (!isLinear(new CommandLineOptions(Main.withAllocators(arguments)))) System.exit(1);
        } catch (CommandLineOptionException | RunnerException thrown) {
            Main.exit(thrown);
        }
    }

    private static boolean isLinear(Options asked) throws RunnerException {
        var options =
                new OptionsBuilder()
                        .parent(asked)
                        .include("\\b" + WorstOrderBenchmark.class.getSimpleName() + "\\b")
                        .param("pairs", FEW, MANY)
                        .mode(Mode.SampleTime)
                        .shouldFailOnError(true)
                        .build();
        Map<String, Map<String, Double>> micros = new TreeMap<>();
        for (RunResult run : new Runner(options).run()) {
            micros.computeIfAbsent(run.getParams().getParam("allocator"), name -> new TreeMap<>())
                    .put(
                            run.getParams().getParam("pairs"),
                            run.getPrimaryResult().getStatistics().getPercentile(50));
        }
        boolean linear = true;
        for (var row : micros.entrySet()) {
            double few = row.getValue().get(FEW);
            double many = row.getValue().get(MANY);
            linear &= many / few < RATIO_MAX;
            System.out.println(line(row.getKey(), few, many));
        }
        return linear;
    }

    private static String line(String allocator, double few, double many) {
        return String.format(
                Locale.ROOT,
                "%-12s %s pairs %.1f us, %s pairs %.1f us: %.1f times as long (below %.0f)",
                allocator,
                FEW,
                few,
                MANY,
                many,
                many / few,
                RATIO_MAX);
    }
}
