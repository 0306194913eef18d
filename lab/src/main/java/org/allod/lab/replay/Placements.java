package org.allod.lab.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.allod.Allocator;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.lab.trace.Trace;

/// Where an allocator places each block: a line for each `a` and `r`, in the trace's order.
///
/// ```
/// # op id size offset
/// a 0 100 0
/// r 0 200 256
/// a 1 900000000000 -
/// ```
/// A refused request, and an `r` to 0, print `-`. With usable sizes, a line has the block's at its
/// end.
public final class Placements {
    /// What offsets are counted from.
    public enum Origin {
        /// The region's base; for a C library, which has none, address 0.
        BASE,
        /// The first block that was handed out.
        FIRST,
        /// The start of the OS page that each block starts in.
        PAGE
    }

    /// What a line tells.
    ///
    /// @param origin of the offsets
    /// @param usable whether the block's usable size stands behind; of a [Malloc] alone
    public record Columns(Origin origin, boolean usable) {}

    private final Appendable out;
    private final Columns columns;
    private long zero;
    private boolean zeroKnown;

    private Placements(Appendable out, Columns columns) {
        this.out = out;
        this.columns = columns;
    }

    /// Plays the trace once, on one thread, and writes the lines.
    ///
    /// @param region the heap's, or null for a C library
    /// @return requests refused
    /// @throws UncheckedIOException if `out` takes no more
    static long write(
            Allocator heap,
            Region region,
            Trace trace,
            ReplaySettings settings,
            Columns columns,
            Appendable out) {
        Placements placements = new Placements(out, columns);
        if (columns.origin == Origin.BASE) placements.from(region == null ? 0 : region.base());
        try {
            return placements.play(heap, trace, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long play(Allocator heap, Trace trace, ReplaySettings settings) throws IOException {
        Plan plan = Plan.of(trace, settings);
        long[] blocks = Player.slotsOf(plan);
        Part part = plan.parts().getFirst();
        Player player = new Player(heap, part, blocks, settings.touch(), settings.copyRealloc());
        out.append(columns.usable ? "# op id size offset usable\n" : "# op id size offset\n");
        for (int i = 0; i < trace.length(); i++) {
            long failures = player.failures();
            player.play(i, i + 1);
            if (trace.operations()[i] == Trace.FREE) continue;
            boolean refused = player.failures() != failures;
            line(heap, trace, i, refused ? Allocator.NULL : blocks[2 * trace.slots()[i]]);
        }
        return player.failures();
    }

    private void line(Allocator heap, Trace trace, int i, long address) throws IOException {
        out.append((char) trace.operations()[i]).append(' ');
        out.append(Long.toString(trace.ids()[i])).append(' ');
        out.append(Long.toString(trace.sizes()[i])).append(' ');
        out.append(address == Allocator.NULL ? "-" : Long.toString(offset(address)));
        if (columns.usable && address != Allocator.NULL) {
            out.append(' ').append(Long.toString(((Malloc) heap).usableSize(address)));
        }
        out.append('\n');
    }

    private long offset(long address) {
        if (columns.origin == Origin.PAGE) return address & Region.pageSize() - 1;
        if (!zeroKnown) from(address);
        return address - zero;
    }

    private void from(long address) {
        zero = address;
        zeroKnown = true;
    }
}
