package org.allod.lab.report;

import java.util.Arrays;
import java.util.BitSet;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.Timeline;

/// Makes curves and maps as small as a screen needs, without losing a peak.
final class Thinning {
    private Thinning() {}

    /// The curve with at most `samples` samples.
    ///
    /// Of each stretch the samples of the largest requested and the largest held stay, and the
    /// first and the last of all.
    ///
    /// @param samples at least 4
    static Timeline thin(Timeline line, int samples) {
        int length = line.operation().length;
        if (length <= samples) return line;
        int stretches = (samples - 2) / 2;
        BitSet kept = new BitSet(length);
        kept.set(0);
        kept.set(length - 1);
        for (int i = 0; i < stretches; i++) {
            int from = (int) ((long) length * i / stretches);
            int to = (int) ((long) length * (i + 1) / stretches);
            kept.set(largest(line.requested(), from, to));
            kept.set(largest(line.held(), from, to));
        }
        int[] indices = kept.stream().toArray();
        return new Timeline(
                pick(line.operation(), indices),
                pick(line.requested(), indices),
                pick(line.granted(), indices),
                pick(line.held(), indices),
                pick(line.committed(), indices));
    }

    private static int largest(long[] values, int from, int to) {
        int largest = from;
        for (int i = from; i < to; i++) {
            if (values[i] > values[largest]) largest = i;
        }
        return largest;
    }

    private static long[] pick(long[] values, int[] indices) {
        return Arrays.stream(indices).mapToLong(i -> values[i]).toArray();
    }

    /// The map with at most `cells` cells, each twice as large as often as needed.
    ///
    /// A cell counts as committed if one of its parts was. Cells stop growing below 1 GiB.
    static HeapMap fold(HeapMap heap, int cells) {
        HeapMap map = heap;
        while (map.used().length > cells && map.cellBytes() < 1 << 30) {
            boolean[] committed = new boolean[(map.used().length + 1) / 2];
            for (int i = 0; i < map.used().length; i++) committed[i / 2] |= map.committed()[i];
            map =
                    new HeapMap(
                            map.operation(),
                            map.cellBytes() * 2,
                            halve(map.used()),
                            halve(map.cached()),
                            halve(map.free()),
                            committed);
        }
        return map;
    }

    private static int[] halve(int[] bytes) {
        int[] sums = new int[(bytes.length + 1) / 2];
        for (int i = 0; i < bytes.length; i++) sums[i / 2] += bytes[i];
        return sums;
    }

    static long[] longs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }
}
