package org.allod.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.Timeline;

/// A first-fit heap in a tree map, which rounds and trims in one of several ways: for pictures
/// only.
final class ToyHeap {
    private static final int PAGE = 4096;

    long peakRequested;
    long peakGranted;
    long peakHeld;

    private final int way;
    private final TreeMap<Long, Long> free = new TreeMap<>();
    private final List<long[]> live = new ArrayList<>();
    private final List<long[]> samples = new ArrayList<>();
    private long top;
    private long held;
    private long requested;
    private long granted;
    private HeapMap map;

    ToyHeap(int way) {
        this.way = way;
    }

    /// Grows, idles, peaks and shrinks.
    void play(long seed, int ops) {
        Random random = new Random(seed);
        int kind = random.nextInt(4);
        for (int op = 1; op <= ops; op++) {
            double at = (double) op / ops;
            double share = live.isEmpty() ? 1 : demand(kind, at);
            if (random.nextDouble() < share) {
                allocate(size(random, kind));
            } else {
                int i = random.nextInt(live.size());
                if (random.nextInt(3) != 0)
                    i = live.size() - 1 - random.nextInt(Math.min(8, i + 1));
                free(live.remove(Math.max(0, i)));
            }
            boolean peak = requested > peakRequested;
            peakRequested = Math.max(peakRequested, requested);
            peakGranted = Math.max(peakGranted, granted);
            peakHeld = Math.max(peakHeld, held);
            if (peak && at > 0.3 && op % 97 == 0) map = snapshot(op);
            if (op % Math.max(1, ops / 1000) == 0) {
                samples.add(new long[] {op * 11L, requested, granted, held});
            }
        }
        if (map == null) map = snapshot(ops);
    }

    private static double demand(int kind, double at) {
        return switch (kind) {
            case 0 -> at < 0.8 ? 0.58 : 0.1;
            case 1 -> at < 0.1 ? 0.9 : 0.5;
            case 2 -> 0.52 + 0.4 * Math.sin(at * 19) * at;
            default -> at < 0.4 ? 0.7 : at < 0.5 ? 0.2 : at < 0.8 ? 0.62 : 0.3;
        };
    }

    private static long size(Random random, int kind) {
        long size = (long) Math.exp(3.2 + 0.4 * kind + 1.2 * random.nextGaussian());
        return random.nextInt(400) == 0 ? size * 200 : Math.max(1, size);
    }

    private void allocate(long size) {
        long bytes = round(size);
        long place = -1;
        int looked = 0;
        for (Map.Entry<Long, Long> hole : free.entrySet()) {
            if (looked++ > 40 + 30 * way) break;
            long room = hole.getValue();
            if (room >= bytes) {
                place = hole.getKey();
                free.remove(place);
                if (room > bytes) free.put(place + bytes, room - bytes);
                break;
            }
        }
        if (place < 0) {
            place = top;
            top += bytes;
            long chunk = PAGE << way % 5;
            held = Math.max(held, (top + chunk - 1) / chunk * chunk);
        }
        live.add(new long[] {place, bytes, size});
        requested += size;
        granted += bytes;
    }

    private long round(long size) {
        if (way == 1 || way == 2) return Math.max(16, Long.highestOneBit(size * 2 - 1));
        if (way % 3 == 0) return (size + 8 + 15) & -16;
        long step = Math.max(16, Long.highestOneBit(size) / 4);
        return (size + step - 1) / step * step;
    }

    private void free(long[] block) {
        requested -= block[2];
        granted -= block[1];
        long from = block[0];
        long bytes = block[1];
        Map.Entry<Long, Long> before = free.floorEntry(from);
        if (before != null && before.getKey() + before.getValue() == from) {
            from = before.getKey();
            bytes += before.getValue();
        }
        Long after = free.remove(block[0] + block[1]);
        if (after != null) bytes += after;
        free.put(from, bytes);
        if (from + bytes == top) {
            free.remove(from);
            top = from;
            long slack = way % 2 == 0 ? 1 << 30 : 128 << 10;
            if (held - top > slack) held = (top + PAGE - 1) / PAGE * PAGE + PAGE;
        }
    }

    private HeapMap snapshot(long op) {
        long cell = Math.max(64, Long.highestOneBit(held / 4096) * 2);
        int cells = (int) (held / cell);
        int gap = way == 6 ? 1000 : 0;
        int[] used = new int[cells + gap];
        int[] loose = new int[cells + gap];
        boolean[] committed = new boolean[cells + gap];
        for (long[] block : live) spread(used, block[0], block[1], cell, gap);
        free.forEach((from, bytes) -> spread(loose, from, bytes, cell, gap));
        int[] cached = new int[cells + gap];
        for (int i = 0; i < used.length; i++) {
            committed[i] = i < cells / 2 || i >= cells / 2 + gap;
            if (way % 5 != 0 || i % 64 < 40) continue;
            cached[i] = loose[i];
            loose[i] = 0;
        }
        return new HeapMap(op * 11, cell, used, cached, loose, committed);
    }

    private static void spread(int[] cells, long from, long bytes, long cell, int gap) {
        int half = (cells.length - gap) / 2;
        for (long at = from; at < from + bytes; ) {
            long end = Math.min(from + bytes, (at / cell + 1) * cell);
            int i = (int) (at / cell);
            cells[i < half ? i : Math.min(cells.length - 1, i + gap)] += (int) (end - at);
            at = end;
        }
    }

    HeapMap map() {
        return map;
    }

    /// The curve; a library tells neither what it holds nor what it commits.
    Timeline timeline(boolean library, long tables) {
        int length = samples.size();
        long[][] columns = new long[5][length];
        for (int i = 0; i < length; i++) {
            long[] sample = samples.get(i);
            for (int c = 0; c < 3; c++) columns[c][i] = sample[c];
            columns[3][i] = library ? -1 : sample[3];
            columns[4][i] = library ? -1 : sample[3] + tables;
        }
        return new Timeline(columns[0], columns[1], columns[2], columns[3], columns[4]);
    }
}
