package org.allod.lab.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.allod.lab.trace.Trace;

/// Traces for tests: from text, and at random.
final class Traces {
    private Traces() {}

    /// A trace from lines of the native form, with a thread in front on all lines or on none.
    static Trace of(String... lines) {
        boolean threads = Character.isDigit(lines[0].charAt(0));
        int n = lines.length;
        Trace trace = empty("test", n, n, threads ? threadCount(lines) : 1);
        Map<Long, Integer> slots = new HashMap<>();
        for (int i = 0; i < n; i++) {
            String[] words = lines[i].split(" ");
            int at = threads ? 1 : 0;
            trace.threads()[i] = threads ? Integer.parseInt(words[0]) : 0;
            trace.operations()[i] = (byte) words[at].charAt(0);
            trace.ids()[i] = Long.parseLong(words[at + 1]);
            trace.slots()[i] = slots.computeIfAbsent(trace.ids()[i], id -> slots.size());
            if (words.length > at + 2) trace.sizes()[i] = Long.parseLong(words[at + 2]);
            if (words.length > at + 3) trace.alignments()[i] = Long.parseLong(words[at + 3]);
        }
        return trace;
    }

    private static int threadCount(String[] lines) {
        int max = 0;
        for (String line : lines) max = Math.max(max, Integer.parseInt(line.split(" ")[0]));
        return max + 1;
    }

    private static Trace empty(String name, int n, int slots, int threads) {
        return new Trace(
                name,
                new byte[n],
                new long[n],
                new int[n],
                new long[n],
                new long[n],
                new int[n],
                slots,
                threads,
                List.of());
    }

    /// `n` operations of `threads` threads on at most `live` blocks; slots are used again at once,
    /// and nearly all blocks pass from thread to thread.
    static Trace random(long seed, int n, int threads, int live) {
        Random random = new Random(seed);
        Trace trace = empty("random", n, live, threads);
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int slot = 0; slot < live; slot++) free.add(slot);
        List<int[]> used = new ArrayList<>();
        int id = 0;
        for (int i = 0; i < n; i++) {
            trace.threads()[i] = random.nextInt(threads);
            int pick = used.isEmpty() ? 0 : random.nextInt(used.size());
            boolean allocate = used.isEmpty() || !free.isEmpty() && random.nextInt(5) < 2;
            boolean free1 = !allocate && random.nextInt(3) > 0;
            if (allocate) used.add(new int[] {free.removeFirst(), id++});
            int[] block = allocate ? used.getLast() : used.get(pick);
            if (free1) {
                used.remove(pick);
                free.addFirst(block[0]);
            }
            trace.operations()[i] =
                    allocate ? Trace.ALLOCATE : free1 ? Trace.FREE : Trace.REALLOCATE;
            trace.slots()[i] = block[0];
            trace.ids()[i] = block[1];
            trace.sizes()[i] = free1 ? 0 : 1 + random.nextInt(200);
        }
        return trace;
    }
}
