package org.allod.jemalloc;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.allod.Region;
import org.allod.profile.HeapProfile;

/// What a heap tells without being asked: statistics and profiles, each so many bytes, at a new
/// peak, and at its end.
///
/// ```
///   jeprof.4711.0.i0.heap      <prefix>.<process>.<number>.<kind><number of the kind>.heap
///   jeprof.4711.1.u0.heap      i: interval, u: a new peak, m: on demand, f: final, has no number
///   jeprof.4711.2.f.heap
/// ```
///
/// Statistics go to the logger `org.allod.jemalloc`, profiles to files. What cannot be written is
/// told there too and fails no request.
///
/// Threads: any; whose allocation makes something due, does it, and holds no lock then.
///
/// Source: jemalloc's `stats_interval`, `prof_prefix` and what goes with them, spec 3.7.
final class JeDiary {
    private static final System.Logger LOG = System.getLogger("org.allod.jemalloc");

    /// Of all heaps, so that none overwrites the file of another one.
    private static final AtomicLong DUMPS = new AtomicLong();

    private static final String KINDS = "ium";

    /// Where lines go: to the logger, or to who listens.
    private BiConsumer<Level, String> out = (level, line) -> LOG.log(level, line);

    private final JeMalloc heap;
    private final Region region;
    private final JeOptions options;
    private final long statsInterval;
    private final long dumpInterval;
    private final boolean peaks;
    private final boolean listens;
    private final AtomicLong bytesToStats = new AtomicLong();
    private final AtomicLong bytesToDump = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();
    private final AtomicLong[] dumpsOf = {new AtomicLong(), new AtomicLong(), new AtomicLong()};

    JeDiary(JeMalloc heap, Region region) {
        this.heap = heap;
        this.region = region;
        this.options = heap.options();
        boolean dumps = options.prof() && !options.profPrefix().isEmpty();
        this.statsInterval = Math.max(0, options.statsInterval());
        this.dumpInterval =
                dumps && options.lgProfInterval() >= 0 ? 1L << options.lgProfInterval() : 0;
        this.peaks = dumps && options.profGdump();
        this.listens = statsInterval > 0 || dumpInterval > 0 || peaks;
    }

    /// Has all lines from now on told to `listener` instead.
    void listen(BiConsumer<Level, String> listener) {
        out = listener;
    }

    /// So many bytes were allocated since the caller's last call, or a little more.
    void allocated(long bytes) {
        if (!listens) return;
        if (passes(bytesToStats, bytes, statsInterval)) tell(options.statsIntervalOpts());
        if (passes(bytesToDump, bytes, dumpInterval)) tryDump('i');
        if (peaks && isPeak()) tryDump('u');
    }

    /// Whether a sum passes a multiple of the interval.
    private static boolean passes(AtomicLong sum, long bytes, long interval) {
        if (interval == 0) return false;
        long before = sum.getAndAdd(bytes);
        return before / interval != (before + bytes) / interval;
    }

    private boolean isPeak() {
        long now = region.committedMax();
        return now > peak.getAndAccumulate(now, Math::max);
    }

    /// What is told when the heap ends.
    void tellLast() {
        if (options.prof() && options.profFinal() && !options.profPrefix().isEmpty()) tryDump('f');
        if (options.prof() && options.profLeak()) {
            String leaks = heap.profile().leakSummary();
            if (!leaks.isEmpty()) out.accept(Level.WARNING, "<jemalloc>: " + leaks);
        }
        if (options.statsPrint()) tell(options.statsPrintOpts());
    }

    private void tell(String letters) {
        out.accept(Level.INFO, heap.control().statsText(letters));
    }

    private void tryDump(char kind) {
        try {
            dump(kind);
        } catch (IOException lost) {
            out.accept(Level.WARNING, "<jemalloc>: profile not written: " + lost);
        }
    }

    /// Writes a profile to a file that is named by the options.
    Path dump(char kind) throws IOException {
        int of = KINDS.indexOf(kind);
        String number = of < 0 ? "" : Long.toString(dumpsOf[of].getAndIncrement());
        String prefix = options.profPrefix().isEmpty() ? "jeprof" : options.profPrefix();
        long process = ProcessHandle.current().pid();
        String name = "%s.%d.%d.%c%s.heap";
        Path file = Path.of(name.formatted(prefix, process, DUMPS.getAndIncrement(), kind, number));
        dump(file);
        return file;
    }

    /// Writes a profile as `heap_v2`.
    void dump(Path file) throws IOException {
        Files.writeString(file, heap.profile().heapV2(HeapProfile.Text.JEMALLOC));
    }
}
