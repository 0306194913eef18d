package org.allod.profile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A heap profile as `heap_v2` text, in the "symbolized" form: names first, then numbers.
///
/// ```
///   --- symbol
///   binary=java
///   0x0000000000000010 com.acme.Order.read (Order.java:42)
///   ---
///   heap profile: 12: 3456 [78: 9012] @ heap_v2/524288      TCMalloc's
///   1: 256 [3: 768] @ 0x10 0x20
///
///   --- heap                                                or jemalloc's
///   heap_v2/524288
///     t*: 12: 3456 [78: 9012]
///   @ 0x10 0x20
///     t*: 1: 256 [3: 768]
///
///   MAPPED_LIBRARIES:
/// ```
///
/// Java's frames have no address that would mean anything to a reader, so each gets a number that
/// looks like one. Readers look up a caller at its address less 1, where the call is: each frame
/// that is somebody's caller has its name there, too.
///
/// `jeprof` reads both forms; gperftools' `google-pprof` 2.10 the first one, if no line `--- heap`
/// stands before it; `go tool pprof` reads neither, it has `profile.proto`.
///
/// Source: the forms as specified for gperftools and jemalloc, tried on their tools.
final class HeapText {
    /// Distance of two made-up addresses.
    private static final long STEP = 16;

    private final HeapProfile profile;
    private final Map<StackTraceElement, Long> addresses = new LinkedHashMap<>();

    HeapText(HeapProfile profile) {
        this.profile = profile;
    }

    String toString(HeapProfile.Text form) {
        boolean je = form == HeapProfile.Text.JEMALLOC;
        StringBuilder sites = new StringBuilder();
        Counts total = new Counts(0, 0, 0, 0);
        for (HeapProfile.Site site : profile.sites()) {
            Counts counts = unscaled(site);
            if (counts.objects == 0) continue;
            total = total.plus(counts);
            String stack = "@" + stack(site.stack());
            sites.append(je ? stack + "\n  t*: " + counts : counts + " " + stack).append('\n');
        }
        String version = "heap_v2/" + profile.mean();
        String head =
                je
                        ? version + "\n  t*: " + total + "\n"
                        : "heap profile: " + total + " @ " + version + "\n";
        return symbols() + (je ? "--- heap\n" : "") + head + sites + "\nMAPPED_LIBRARIES:\n";
    }

    /// Numbers as a reader finds them.
    private record Counts(long objectsLive, long bytesLive, long objects, long bytes) {
        Counts plus(Counts other) {
            return new Counts(
                    objectsLive + other.objectsLive,
                    bytesLive + other.bytesLive,
                    objects + other.objects,
                    bytes + other.bytes);
        }

        @Override
        public String toString() {
            return objectsLive + ": " + bytesLive + " [" + objects + ": " + bytes + "]";
        }
    }

    private Counts unscaled(HeapProfile.Site site) {
        double live = factor(site.objectsLive(), site.bytesLive());
        double all = factor(site.objects(), site.bytes());
        return new Counts(
                Math.round(site.objectsLive() / live),
                Math.round(site.bytesLive() / live),
                Math.round(site.objects() / all),
                Math.round(site.bytes() / all));
    }

    /// What a reader multiplies by: the weight of a block of the average size.
    private double factor(long objects, long bytes) {
        if (objects == 0 || bytes == 0) return 1;
        return -1 / Math.expm1(-(double) bytes / objects / profile.mean());
    }

    private String stack(List<StackTraceElement> frames) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : frames) {
            long next = (addresses.size() + 1) * STEP;
            long address = addresses.computeIfAbsent(frame, unknown -> next);
            text.append(" 0x").append(Long.toHexString(address));
        }
        return text.toString();
    }

    private String symbols() {
        StringBuilder text = new StringBuilder("--- symbol\nbinary=java\n");
        addresses.forEach((frame, address) -> {
            symbol(text, address - 1, frame);
            symbol(text, address, frame);
        });
        return text.append("---\n").toString();
    }

    private static void symbol(StringBuilder text, long address, StackTraceElement frame) {
        text.append("0x%016x %s".formatted(address, Collapsed.name(frame)));
        if (frame.getFileName() != null) {
            text.append(" (").append(frame.getFileName());
            if (frame.getLineNumber() > 0) text.append(':').append(frame.getLineNumber());
            text.append(')');
        }
        text.append('\n');
    }
}
