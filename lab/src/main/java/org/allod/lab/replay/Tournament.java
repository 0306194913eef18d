package org.allod.lab.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.allod.lab.replay.Forks.ForkFailedException;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;
import org.allod.lab.trace.BinaryTrace;
import org.allod.lab.trace.Trace;
import org.allod.lab.trace.TraceSource;

/// Every trace through every allocator, some forks of each, in turn.
///
/// ```
///   trace 1    turn 1   libc  buddy  simplebuddy      what a ratio compares ran
///              turn 2   libc  buddy  simplebuddy      one after the other
///   trace 2    turn 1   ...
/// ```
///
/// A fork without a result ends the turns of its allocator on that trace; the others go on.
public final class Tournament {

    /// A trace of a million operations takes a slow allocator minutes; nothing needs longer.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final List<Contender> contenders;
    private final ReplaySettings settings;
    private final int turns;
    private final Consumer<String> progress;
    private final List<String> complaints = new ArrayList<>();

    /// @param turns forks of each, at least 1
    /// @param progress told what is being done, in a few words
    /// @throws IllegalArgumentException if `turns` is not positive
    public Tournament(
            List<Contender> contenders,
            ReplaySettings settings,
            int turns,
            Consumer<String> progress) {
        if (turns < 1) {
            throw new IllegalArgumentException("repeat=" + turns + ", expected at least 1");
        }
        this.contenders = List.copyOf(contenders);
        this.settings = settings;
        this.turns = turns;
        this.progress = progress;
    }

    /// What went wrong, a line each: forks without a result, refused requests, broken heaps.
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// Runs it all.
    ///
    /// @throws org.allod.lab.trace.TraceException if a trace cannot be read
    /// @throws UncheckedIOException if files in the folder for temporary ones cannot be written
    public Comparison run(List<TraceSource> sources) {
        try (Forks forks = new Forks(PATIENCE)) {
            List<TraceResults> results = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                String count = (i + 1) + "/" + sources.size() + " ";
                results.add(compare(sources.get(i), forks, count));
            }
            return new Comparison(
                    Machine.line(),
                    settings.sentence() + ", " + turns + (turns == 1 ? " fork" : " forks in turn"),
                    contenders.stream().map(Contender::name).toList(),
                    results);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TraceResults compare(TraceSource source, Forks forks, String count) throws IOException {
        progress.accept(count + "reading " + source.name());
        Trace trace = source.read();
        Path binary = forks.folder().resolve("trace.bin");
        BinaryTrace.write(trace, binary);
        List<Entrant> entrants = contenders.stream().map(Entrant::new).toList();
        for (int turn = 1; turn <= turns; turn++) {
            for (Entrant entrant : entrants) {
                if (entrant.failure != null) continue;
                String name = entrant.contender.name();
                String part = turns == 1 ? "" : " (" + turn + " of " + turns + ")";
                progress.accept(count + trace.name() + " through " + name + part);
                entrant.turn(() -> forks.run(binary, trace.length(), entrant.contender, settings));
            }
        }
        entrants.forEach(entrant -> complain(trace.name(), entrant));
        List<Run> runs = entrants.stream().map(Entrant::run).toList();
        return new TraceResults(trace.name(), trace.length(), trace.threadCount(), runs);
    }

    private void complain(String trace, Entrant entrant) {
        String who = trace + " through " + entrant.contender.name() + ": ";
        if (entrant.failure != null) complaints.add(who + entrant.failure);
        for (RunOutcome outcome : entrant.outcomes) {
            RunResult result = outcome.result();
            if (outcome.complaint() != null) complaints.add(who + outcome.complaint());
            else if (result.failures() > 0) {
                complaints.add(
                        who
                                + result.failures()
                                + " requests refused, expected none (see --region)");
            } else continue;
            break;
        }
    }

    /// One allocator on one trace.
    private static final class Entrant {
        final Contender contender;
        final List<RunOutcome> outcomes = new ArrayList<>();
        String failure;

        Entrant(Contender contender) {
            this.contender = contender;
        }

        void turn(Supplier<RunOutcome> fork) {
            try {
                outcomes.add(fork.get());
            } catch (ForkFailedException failed) {
                failure = failed.getMessage();
                outcomes.clear();
            }
        }

        Run run() {
            String name = contender.name();
            if (failure != null) return new Run(name, null, List.of(), failure, null, null);
            List<RunResult> forks = outcomes.stream().map(RunOutcome::result).toList();
            List<RunResult> sorted =
                    forks.stream().sorted(Comparator.comparingDouble(RunResult::nsPerOp)).toList();
            RunOutcome first = outcomes.getFirst();
            return new Run(
                    name,
                    sorted.get((sorted.size() - 1) / 2),
                    forks,
                    null,
                    first.timeline(),
                    first.heap());
        }
    }
}
