package org.allod.own;

import java.util.List;

/// Owners made at one place that nobody closed.
///
/// @param owner what they are, as `Box<long>`
/// @param site who made them, innermost frame first
/// @param owners how many, at least 1; of those that were watched: see [Tracing]
/// @param blocks that they own, with all that is owned in turn
/// @param bytes of these
public record Leak(
        String owner, List<StackTraceElement> site, long owners, long blocks, long bytes) {

    /// One line, and one more for each frame.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(owners).append(" x ").append(owner).append(", ").append(bytes);
        text.append(" B, made at");
        for (StackTraceElement frame : site) text.append("\n    ").append(frame);
        return text.toString();
    }
}
