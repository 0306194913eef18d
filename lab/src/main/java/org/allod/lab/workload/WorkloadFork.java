package org.allod.lab.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.lab.replay.Contender;
import org.allod.lab.replay.Forks;

/// Both ends of a forked JVM that runs one workload on one allocator: [#run] here, [#main] there.
public final class WorkloadFork {
    /// A round that takes longer hangs.
    private static final Duration ROUND_MAX = Duration.ofMinutes(10);

    /// So many such rounds at most, where only operations are counted.
    private static final int MANY = 12;

    /// Counters and slots of up to two workers, and the stacks of virtual threads.
    private static final long HEAP_BYTES_PER_THREAD = 192 << 10;

    private WorkloadFork() {}

    /// Runs it in a fork, so that the Java compiler sees one allocator alone.
    ///
    /// @throws Forks.ForkFailedException if the fork brings no result
    /// @throws UncheckedIOException if there is no place for temporary files
    public static WorkloadOutcome run(WorkloadSettings settings) {
        WorkloadLength length = settings.length();
        Duration patience =
                ROUND_MAX
                        .multipliedBy(length.operations() > 0 ? MANY : Math.max(1, length.rounds()))
                        .plusSeconds(length.seconds() + length.warmupSeconds());
        long heap = Forks.HEAP_BYTES_MIN + settings.threads() * HEAP_BYTES_PER_THREAD;
        try (Forks forks = new Forks(patience)) {
            return WorkloadOutcome.parse(forks.run(WorkloadFork.class, heap, settings.arguments()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs it here.
    ///
    /// @param args the settings, and the file for the result
    /// @throws IOException if the file cannot be written
    public static void main(String[] args) throws IOException {
        try {
            WorkloadSettings settings = WorkloadSettings.parse(args);
            Contender contender = new Contender(settings.allocator());
            Region region = contender.region(settings.regionBytes());
            // Never unlocked: even a single thread may be followed by another one.
            Allocator heap = contender.open(region, Math.max(2, settings.threads()));
            WorkloadOutcome outcome =
                    WorkloadRun.of(
                            Workloads.named(settings.workload(), settings.divisor()),
                            heap,
                            settings);
            Files.write(Path.of(args[args.length - 1]), outcome.lines());
            System.exit(0);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
        } catch (HeapExhaustedException exhausted) {
            System.err.println("heap exhausted: " + exhausted.getMessage() + " (see --region)");
        } catch (RuntimeException | Error defect) {
            defect.printStackTrace();
            System.err.println(defect);
        }
        System.exit(1);
    }
}
