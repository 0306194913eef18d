package org.allod.heap;

import java.util.List;

/// Blocks of a [Heap] that are live, of one allocation site.
///
/// @param site who allocated them, innermost frame first; empty: not known
/// @param blocks how many, at least 1
/// @param bytes of them, as asked for; of blocks that are neither segments nor an owner's at most
///     so many, where the allocator does not count what was asked for
public record LeakReport(List<StackTraceElement> site, long blocks, long bytes) {

    /// Whether it is known who allocated them.
    public boolean isSiteKnown() {
        return !site.isEmpty();
    }

    /// One line, and one more for each frame.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(blocks).append(blocks == 1 ? " block, " : " blocks, ");
        text.append(bytes).append(" B, allocated at");
        if (!isSiteKnown()) return text.append(" an unknown site").toString();
        for (StackTraceElement frame : site) text.append("\n    ").append(frame);
        return text.toString();
    }
}
