package org.allod.hoard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// The paper's algorithm in Java collections: predicts superblock, owner, u and a.
final class HoardModel {
    static final class Superblock {
        final int id;
        int heap;
        int sizeClass = -1;
        int used;
        int cut;
        int committed;
        int group;
        final NavigableSet<Integer> free = new TreeSet<>();

        Superblock(int id) {
            this.id = id;
        }
    }

    record Block(Superblock superblock, int offset) {}

    static final class Heap {
        long u;
        long a;
        final Deque<Superblock> empty = new ArrayDeque<>();
        final List<List<Deque<Superblock>>> groups = new ArrayList<>();
    }

    private static final int FULL = 8;

    private final HoardSizes sizes;
    private final int page;
    private int made;
    final List<Heap> heaps = new ArrayList<>();

    HoardModel(HoardSizes sizes, int heapCount, int page) {
        this.sizes = sizes;
        this.page = page;
        for (int i = 0; i < heapCount; i++) {
            Heap heap = new Heap();
            for (int g = 0; g <= FULL; g++) {
                List<Deque<Superblock>> classes = new ArrayList<>();
                for (int c = 0; c < sizes.count; c++) classes.add(new ArrayDeque<>());
                heap.groups.add(classes);
            }
            heaps.add(heap);
        }
    }

    Block allocate(int number, long bytes) {
        int c = sizes.classFor(bytes, 16);
        int size = sizes.size(c);
        Superblock sb = withSpace(heaps.get(number), c);
        if (sb == null) sb = reformat(number, removeEmpty(number), c);
        if (sb == null) {
            sb = withSpace(heaps.get(0), c);
            if (sb != null) move(sb, 0, number);
        }
        if (sb == null) sb = reformat(number, removeEmpty(0), c);
        if (sb == null) sb = reformat(number, new Superblock(made++), c);
        Integer offset = sb.free.pollFirst();
        if (offset == null) {
            offset = sb.cut;
            sb.cut += size;
            int committed = Math.max(sb.committed, (sb.cut + page - 1) / page * page);
            heaps.get(number).a += committed - sb.committed;
            sb.committed = committed;
        }
        sb.used += size;
        heaps.get(number).u += size;
        int group = group(sb);
        if (group != sb.group) link(unlink(sb), group);
        return new Block(sb, offset);
    }

    void free(Block block) {
        Superblock sb = block.superblock;
        Heap heap = heaps.get(sb.heap);
        int size = sizes.size(sb.sizeClass);
        sb.used -= size;
        heap.u -= size;
        sb.free.add(block.offset);
        if (sb.used == 0) {
            unlink(sb);
            sb.free.clear();
            sb.cut = 0;
            heap.empty.push(sb);
        } else if (sb.used * FULL < Math.min(sb.group, FULL - 1) * sizes.bytes) {
            // A full one stays among the full ones until an eighth of it is free.
            unlink(sb);
            link(sb, group(sb));
        }
        int number = sb.heap;
        while (number != 0 && heap.u < heap.a - 4L * sizes.bytes && heap.u < heap.a * 3 / 4.0) {
            evict(number);
        }
    }

    private void evict(int number) {
        Superblock empty = removeEmpty(number);
        if (empty != null) {
            empty.heap = 0;
            heaps.get(0).empty.push(empty);
            heaps.get(0).a += empty.committed;
            return;
        }
        for (int g = 0; g < FULL; g++) {
            for (Deque<Superblock> list : heaps.get(number).groups.get(g)) {
                for (Superblock sb : list) {
                    if (sb.used < sb.committed * 0.75) {
                        move(sb, number, 0);
                        return;
                    }
                }
            }
        }
        throw new AssertionError("nothing is f empty");
    }

    private void move(Superblock sb, int from, int to) {
        unlink(sb);
        heaps.get(from).u -= sb.used;
        heaps.get(from).a -= sb.committed;
        heaps.get(to).u += sb.used;
        heaps.get(to).a += sb.committed;
        sb.heap = to;
        link(sb, group(sb));
    }

    private Superblock removeEmpty(int number) {
        Superblock sb = heaps.get(number).empty.poll();
        if (sb != null) heaps.get(number).a -= sb.committed;
        return sb;
    }

    private Superblock reformat(int number, Superblock sb, int sizeClass) {
        if (sb == null) return null;
        sb.heap = number;
        sb.sizeClass = sizeClass;
        heaps.get(number).a += sb.committed;
        return link(sb, 0);
    }

    private Superblock withSpace(Heap heap, int sizeClass) {
        for (int g = FULL - 1; g >= 0; g--) {
            Superblock sb = heap.groups.get(g).get(sizeClass).peek();
            if (sb != null) return sb;
        }
        return null;
    }

    private int group(Superblock sb) {
        boolean full = sb.free.isEmpty() && sb.cut + sizes.size(sb.sizeClass) > sizes.bytes;
        return full ? FULL : sb.used * FULL / sizes.bytes;
    }

    private Superblock link(Superblock sb, int group) {
        sb.group = group;
        heaps.get(sb.heap).groups.get(group).get(sb.sizeClass).push(sb);
        return sb;
    }

    private Superblock unlink(Superblock sb) {
        heaps.get(sb.heap).groups.get(sb.group).get(sb.sizeClass).remove(sb);
        return sb;
    }
}
