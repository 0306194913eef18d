package org.allod.lab.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.RunResult;
import org.allod.lab.result.Timeline;

/// What a fork brings home, and the text in which it does: `name=value` lines, arrays with spaces.
///
/// @param result the numbers
/// @param complaint why it is not verified, or null
/// @param timeline of the checked pass
/// @param heap at the peak, or null for a C library
public record RunOutcome(RunResult result, String complaint, Timeline timeline, HeapMap heap) {
    private static final String COMPLAINT = "complaint";
    private static final String END = "end=1";

    /// The lines; the last says that nothing is missing.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        RunResult r = result;
        lines.add("trace=" + r.trace());
        lines.add("allocator=" + r.allocator());
        lines.add("threads=" + r.threads());
        lines.add("ops=" + r.ops());
        lines.add("nsPerOp=" + r.nsPerOp());
        lines.add("coldNsPerOp=" + r.coldNsPerOp());
        lines.add("settled=" + r.settled());
        lines.add("peakRequested=" + r.peakRequested());
        lines.add("peakGranted=" + r.peakGranted());
        lines.add("peakHeld=" + r.peakHeld());
        lines.add("peakCommitted=" + r.peakCommitted());
        lines.add("peakExtent=" + r.peakExtent());
        lines.add("peakRss=" + r.peakRss());
        lines.add("failures=" + r.failures());
        lines.add("verified=" + r.verified());
        if (complaint != null) lines.add(COMPLAINT + "=" + complaint.replaceAll("\\s+", " "));
        lines.add("time.operation=" + text(timeline.operation()));
        lines.add("time.requested=" + text(timeline.requested()));
        lines.add("time.granted=" + text(timeline.granted()));
        lines.add("time.held=" + text(timeline.held()));
        lines.add("time.committed=" + text(timeline.committed()));
        if (heap != null) addHeap(lines);
        lines.add(END);
        return lines;
    }

    private void addHeap(List<String> lines) {
        lines.add("heap.operation=" + heap.operation());
        lines.add("heap.cellBytes=" + heap.cellBytes());
        lines.add("heap.used=" + text(heap.used()));
        lines.add("heap.cached=" + text(heap.cached()));
        lines.add("heap.free=" + text(heap.free()));
        int[] committed = new int[heap.committed().length];
        Arrays.setAll(committed, i -> heap.committed()[i] ? 1 : 0);
        lines.add("heap.committed=" + text(committed));
    }

    private static String text(long[] values) {
        return Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    private static String text(int[] values) {
        return text(Arrays.stream(values).asLongStream().toArray());
    }

    // ---- the way back ----

    /// The outcome that [#lines] wrote.
    ///
    /// @throws IllegalArgumentException if lines are missing
    static RunOutcome parse(List<String> lines) {
        if (lines.isEmpty() || !lines.getLast().equals(END)) {
            throw new IllegalArgumentException("result of a fork is cut off");
        }
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        Timeline timeline =
                new Timeline(
                        longs(values, "time.operation"),
                        longs(values, "time.requested"),
                        longs(values, "time.granted"),
                        longs(values, "time.held"),
                        longs(values, "time.committed"));
        HeapMap heap = values.containsKey("heap.used") ? heap(values) : null;
        return new RunOutcome(result(values), values.get(COMPLAINT), timeline, heap);
    }

    private static RunResult result(Map<String, String> values) {
        return new RunResult(
                values.get("trace"),
                values.get("allocator"),
                Integer.parseInt(values.get("threads")),
                number(values, "ops"),
                Double.parseDouble(values.get("nsPerOp")),
                Double.parseDouble(values.get("coldNsPerOp")),
                Boolean.parseBoolean(values.get("settled")),
                number(values, "peakRequested"),
                number(values, "peakGranted"),
                number(values, "peakHeld"),
                number(values, "peakCommitted"),
                number(values, "peakExtent"),
                number(values, "peakRss"),
                number(values, "failures"),
                Boolean.parseBoolean(values.get("verified")));
    }

    private static HeapMap heap(Map<String, String> values) {
        int[] committed = ints(values, "heap.committed");
        boolean[] flags = new boolean[committed.length];
        for (int i = 0; i < flags.length; i++) flags[i] = committed[i] != 0;
        return new HeapMap(
                number(values, "heap.operation"),
                number(values, "heap.cellBytes"),
                ints(values, "heap.used"),
                ints(values, "heap.cached"),
                ints(values, "heap.free"),
                flags);
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.get(name));
    }

    private static long[] longs(Map<String, String> values, String name) {
        String text = values.get(name);
        if (text.isEmpty()) return new long[0];
        return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    private static int[] ints(Map<String, String> values, String name) {
        return Arrays.stream(longs(values, name)).mapToInt(Math::toIntExact).toArray();
    }
}
