package org.allod.lab.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.RunResult;
import org.allod.lab.result.Timeline;

/// Comparisons that look like real ones, made from a seed: toy heaps serve made-up programs.
///
/// As a program it writes a page to look at: `SyntheticComparison FILE TRACES ALLOCATORS OPS`.
final class SyntheticComparison {
    private static final List<String> ALLOCATORS =
            List.of(
                    "native:libc",
                    "buddy",
                    "simplebuddy",
                    "dlmalloc",
                    "ptmalloc",
                    "tcmalloc",
                    "jemalloc",
                    "hoard",
                    "nedmalloc",
                    "bucket",
                    "liballoc",
                    "native:/usr/lib/x86_64-linux-gnu/libjemalloc.so.2");

    private static final List<String> TRACES =
            List.of(
                    "netty-http",
                    "nginx",
                    "git-diff",
                    "perl-words",
                    "larson-4t",
                    "py-threads",
                    "bash-script",
                    "cfrac",
                    "gawk-words",
                    "ghostscript",
                    "git-log-p",
                    "git-log-stat",
                    "node-json",
                    "py-ast-compile",
                    "py-json-regex",
                    "sqlite-50k",
                    "xsltproc");

    private SyntheticComparison() {}

    public static void main(String[] args) throws IOException {
        Comparison comparison =
                of(
                        7,
                        Integer.parseInt(args[1]),
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]));
        HtmlReport.write(comparison, Path.of(args[0]));
    }

    static Comparison of(long seed, int traces, int allocators, int ops) {
        List<String> names = ALLOCATORS.subList(0, allocators);
        List<TraceResults> results = new ArrayList<>();
        for (int t = 0; t < traces; t++) {
            List<Run> runs = new ArrayList<>();
            for (int a = 0; a < allocators; a++) runs.add(run(seed + t, t, a, ops));
            results.add(new TraceResults(TRACES.get(t), ops * 11L, t == 4 ? 4 : 1, runs));
        }
        return new Comparison(
                "AMD EPYC 9B14 · 2 processors · 7.8 GiB · Linux 6.1 x86-64 · Temurin 25+36",
                "region 4g · threads order · touch page · alignment 16 · 3 forks",
                names,
                results);
    }

    /// As large as a comparison can be: nothing in its curves and maps repeats.
    static Comparison noise(long seed, int traces, int allocators) {
        Random random = new Random(seed);
        List<TraceResults> results = new ArrayList<>();
        for (TraceResults trace : of(seed, traces, allocators, 1000).traces()) {
            List<Run> runs = new ArrayList<>();
            for (Run run : trace.runs()) {
                long[][] lines = new long[5][3000];
                int[] used = random.ints(4096, 0, 257).map(x -> x * 16).toArray();
                int[] free = Arrays.stream(used).map(x -> 4096 - x).toArray();
                boolean[] committed = new boolean[4096];
                for (int i = 1; i < 3000; i++) {
                    lines[0][i] = i * 1000L;
                    for (int c = 1; c < 5; c++) {
                        long step = random.nextInt(8000) * (c < 3 ? 16L : 4096L);
                        lines[c][i] = Math.abs(lines[c][i - 1] + random.nextInt(-1, 2) * step);
                    }
                }
                Timeline line = new Timeline(lines[0], lines[1], lines[2], lines[3], lines[4]);
                HeapMap map = new HeapMap(9, 4096, used, new int[4096], free, committed);
                runs.add(
                        new Run(
                                run.allocator(),
                                run.median(),
                                run.forks(),
                                run.failure(),
                                line,
                                map));
            }
            results.add(new TraceResults(trace.trace(), trace.ops(), trace.threads(), runs));
        }
        return new Comparison("noise", "", ALLOCATORS.subList(0, allocators), results);
    }

    private static Run run(long seed, int t, int a, int ops) {
        Random random = new Random((seed * 31 + a) * 0x9E3779B97F4A7C15L);
        String allocator = ALLOCATORS.get(a);
        boolean library = allocator.startsWith("native:");
        if (t == 2 && a == 7) {
            String why =
                    "java.lang.IllegalStateException: region=4294967296, expected at most 1 GiB";
            return new Run(allocator, null, List.of(), why, null, null);
        }
        ToyHeap heap = new ToyHeap(a);
        heap.play(seed, ops);
        double base = 12 + 9 * new Random(seed).nextDouble();
        double speed = library ? 1 : 0.35 + 0.09 * (a * 5 % 11) * (0.3 + 1.4 * random.nextDouble());
        List<RunResult> forks = new ArrayList<>();
        for (int fork = 0; fork < 3; fork++) {
            double nanos = base * speed * (0.97 + 0.06 * random.nextDouble());
            forks.add(
                    new RunResult(
                            TRACES.get(t),
                            allocator,
                            t == 4 ? 4 : 1,
                            ops * 11L,
                            nanos,
                            nanos * 9,
                            (t + a) % 9 != 5,
                            heap.peakRequested,
                            heap.peakGranted,
                            library ? -1 : heap.peakHeld,
                            library ? -1 : heap.peakHeld + 8192 * a,
                            library ? -1 : heap.peakHeld - 100,
                            library ? -1 : heap.peakHeld - 4096,
                            t == 1 && a == 9 ? 17 : 0,
                            t != 3 || a != 10));
        }
        return new Run(
                allocator,
                forks.get(1),
                forks,
                null,
                heap.timeline(library, 8192 * a),
                library ? null : heap.map());
    }
}
