package org.allod.kit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.ModelStep.Call;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Random calls against a map of the live blocks; after each, everything is checked.
///
/// A run that fails is shrunk by jqwik and kept as `target/failed-traces/TEST-HEAP.trc`, smallest
/// last. To play it again: `-Dallod.trace=FILE`, or put it into `src/test/resources/traces`, where
/// it is played through every allocator from then on; `./allod replay --verify` reads it as well.
/// jqwik prints its seed and tries what failed first in the next run.
public interface ModelContract extends Subject {

    /// Room enough for most runs; the others see refusals.
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    @Tag("both")
    default void randomCallsInAReservedRegion(@ForAll("steps") List<ModelStep> steps) {
        check("reserved", Region.reserved(MIB), steps);
    }

    /// 24 KiB at an odd address: mostly full.
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    @Tag("both")
    default void randomCallsInASmallOddRegion(@ForAll("steps") List<ModelStep> steps) {
        try (Arena arena = Arena.ofConfined()) {
            Region region = Region.fixed(arena.allocate(25 * KIB, 4096).asSlice(3, 24 * KIB));
            check("fixed", region, steps);
        }
    }

    private void check(String kind, Region region, List<ModelStep> steps) {
        try (Allocator heap = heapOver(region)) {
            ModelRun run = new ModelRun(heap, region);
            try {
                run.play(steps);
            } catch (AssertionError | RuntimeException failure) {
                String name = getClass().getSimpleName() + "-" + kind;
                throw FailedTraces.keep(name, run.trace(), failure);
            }
        }
    }

    /// Up to 60 steps, or 600 with `-Pstress`; sizes are log-uniform.
    @Provide
    default Arbitrary<List<ModelStep>> steps() {
        Arbitrary<Call> calls =
                Arbitraries.frequency(
                        Tuple.of(8, Call.ALLOCATE),
                        Tuple.of(2, Call.ZEROED),
                        Tuple.of(4, Call.REALLOCATE),
                        Tuple.of(7, Call.DEALLOCATE),
                        Tuple.of(1, Call.TRIM));
        Arbitrary<Integer> picks = Arbitraries.integers().between(0, 1000);
        Arbitrary<Integer> sizes =
                Arbitraries.integers()
                        .between(0, 16)
                        .flatMap(log2 -> Arbitraries.integers().between(0, 1 << log2));
        Arbitrary<Integer> alignments =
                Arbitraries.frequencyOf(
                        Tuple.of(5, Arbitraries.integers().between(0, 4)),
                        Tuple.of(1, Arbitraries.integers().between(5, 13)));
        return Combinators.combine(calls, picks, sizes, alignments)
                .as(ModelStep::new)
                .list()
                .ofMaxSize(Randomness.stress() ? 600 : 60);
    }

    /// Runs that failed once, of any allocator, and the one that `-Dallod.trace` names.
    @TestFactory
    default List<DynamicTest> keptTraces() throws IOException {
        Path root = Path.of(System.getProperty("allod.root", ".."));
        Path folder = root.resolve("core/src/test/resources/traces");
        String wanted = System.getProperty("allod.trace");
        if (wanted != null) return List.of(replayOf(Path.of(wanted)));
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(this::replayOf).toList();
        }
    }

    private DynamicTest replayOf(Path file) {
        return DynamicTest.dynamicTest(
                file.getFileName().toString(),
                () -> {
                    Region region = Region.reserved(MIB);
                    try (Allocator heap = heapOver(region)) {
                        new ModelRun(heap, region).replay(Files.readAllLines(file));
                    }
                });
    }
}
