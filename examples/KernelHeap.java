// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/KernelHeap.java

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.allod.Allocator;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;
import org.allod.heap.Allocators;

// A kernel has no heap until it makes one. The tutorial chapter on memory allocation takes a static
// array and lets an allocator divide it; then it boxes a 5, pushes 500 numbers on a list, and looks
// whether both lie in the array. This is that chapter, once for each allocator there is.
//
//   ... KernelHeap.java                  all of them, and the chapter's comparison of the buddies
//   ... KernelHeap.java step             the same, waiting for Enter after each picture
//   ... KernelHeap.java liballoc bucket  these

/// `static HEAP_SPACE: [u8; KERNEL_HEAP_SIZE]`. The chapter's first kernel has 0x30_0000; a power
/// of two lets the buddies start at the left.
final long KERNEL_HEAP_SIZE = 0x20_0000;

final MemorySegment HEAP_SPACE = Arena.global().allocate(KERNEL_HEAP_SIZE, 4096);

/// What the pictures are painted with, where the terminal has it.
final boolean BLOCKS = System.out.charset().newEncoder().canEncode("█░▒");

boolean stepping;

void main(String[] arguments) {
    List<String> wanted = new ArrayList<>(List.of(arguments));
    stepping = wanted.remove("step");
    List<Allocators.Entry> entries = Allocators.all();
    try {
        if (!wanted.isEmpty()) entries = wanted.stream().map(Allocators::named).toList();
    } catch (IllegalArgumentException unknown) {
        System.err.println(unknown.getMessage());
        System.exit(2);
    }
    IO.println(
            picture(Kind.USED)
                    + " used   "
                    + picture(Kind.FREE)
                    + " free   "
                    + picture(Kind.OVERHEAD)
                    + " headers, tables, not carved yet");
    for (Allocators.Entry entry : entries) chapter(entry);
    if (wanted.isEmpty()) compare();
}

// ---- one allocator, step by step ----

void chapter(Allocators.Entry entry) {
    IO.println("\n== " + entry.name() + ": " + entry.sentence());
    HEAP_SPACE.fill((byte) 0);
    try (Allocator heap = entry.open(Region.fixed(HEAP_SPACE))) { // init_heap(), once
        show(heap, "initialised");

        long five = heap.allocate(4, 4); // Box::new(5)
        put(five, 0, 5);
        long bytes = heap.allocate(500, 1); // Box::new([9u8; 500])
        HEAP_SPACE.asSlice(bytes - HEAP_SPACE.address(), 500).fill((byte) 9);
        check(inHeapSpace(five) && get(five, 0) == 5, "the box");
        show(heap, "two boxes: a 5, and 500 bytes");

        Numbers list = new Numbers(heap);
        for (int i = 0; i < 500; i++) list.push(i);
        for (int i = 0; i < 500; i++) check(list.at(i) == i, "the list at " + i);
        check(inHeapSpace(list.address), "the list");
        show(heap, "a list, grown " + list.grown + " times to hold 500 numbers");

        Tree tree = new Tree(heap);
        for (int i = 1; i <= 100; i++) tree.add(i * 37 % 101);
        check(tree.sum(tree.root) == 5050, "the tree");
        show(heap, "a tree of 100 nodes");

        list.drop();
        heap.deallocate(bytes, 500, 1);
        check(get(five, 0) == 5 && tree.sum(tree.root) == 5050, "what is still live");
        show(heap, "the list and the large box are dropped");

        tree.drop(tree.root);
        heap.deallocate(five, 4, 4);
        heap.verify();
        check(heap.stats().blocksUsed() == 0, "the end");
        show(heap, "all is dropped");
    } catch (IllegalArgumentException refusal) {
        IO.println("does not fit in a kernel's array: " + refusal.getMessage());
    }
}

/// A `Vec<i32>`: doubles when it is full.
class Numbers {
    final Allocator heap;
    long address = Allocator.NULL;
    int capacity;
    int length;
    int grown;

    Numbers(Allocator heap) {
        this.heap = heap;
    }

    void push(int value) {
        if (length == capacity) {
            int more = Math.max(4, 2 * capacity);
            address = heap.reallocate(address, 4L * capacity, 4, 4L * more);
            check(address != Allocator.NULL, "room for " + more + " numbers");
            capacity = more;
            grown++;
        }
        put(address, 4L * length++, value);
    }

    int at(int index) {
        return get(address, 4L * index);
    }

    void drop() {
        heap.deallocate(address, 4L * capacity, 4);
    }
}

/// A search tree. A node is 24 bytes: key, left and right.
class Tree {
    final Allocator heap;
    long root = Allocator.NULL;

    Tree(Allocator heap) {
        this.heap = heap;
    }

    void add(int key) {
        long node = heap.allocate(24, 8);
        put(node, 0, key);
        link(node, 8, Allocator.NULL);
        link(node, 16, Allocator.NULL);
        if (root == Allocator.NULL) root = node;
        else hang(node, key);
    }

    private void hang(long node, int key) {
        long at = root;
        while (true) {
            long side = key < get(at, 0) ? 8 : 16;
            long child = follow(at, side);
            if (child == Allocator.NULL) {
                link(at, side, node);
                return;
            }
            at = child;
        }
    }

    long sum(long node) {
        if (node == Allocator.NULL) return 0;
        return get(node, 0) + sum(follow(node, 8)) + sum(follow(node, 16));
    }

    void drop(long node) {
        if (node == Allocator.NULL) return;
        drop(follow(node, 8));
        drop(follow(node, 16));
        heap.deallocate(node, 24, 8);
    }
}

// ---- the array ----

boolean inHeapSpace(long address) {
    return address >= HEAP_SPACE.address() && address < HEAP_SPACE.address() + KERNEL_HEAP_SIZE;
}

int get(long address, long offset) {
    return HEAP_SPACE.get(ValueLayout.JAVA_INT, address - HEAP_SPACE.address() + offset);
}

void put(long address, long offset, int value) {
    HEAP_SPACE.set(ValueLayout.JAVA_INT, address - HEAP_SPACE.address() + offset, value);
}

long follow(long address, long offset) {
    return HEAP_SPACE.get(ValueLayout.JAVA_LONG, address - HEAP_SPACE.address() + offset);
}

void link(long address, long offset, long to) {
    HEAP_SPACE.set(ValueLayout.JAVA_LONG, address - HEAP_SPACE.address() + offset, to);
}

void check(boolean holds, String what) {
    if (!holds) throw new AssertionError(what + " is not what it was");
}

// ---- the picture ----

/// Cells in a row, and most rows of a picture.
final int CELLS = 64;

final int ROWS = 8;

/// Paints the rows of the heap in which there are blocks, and says how long those without are.
void show(Allocator heap, String step) {
    List<Piece> pieces = new ArrayList<>();
    heap.walk((address, bytes, kind) ->
            pieces.add(new Piece(address - HEAP_SPACE.address(), bytes, kind)));
    int cell = 32;
    while (rowsUsed(pieces, cell).cardinality() > ROWS) cell *= 2;
    var stats = heap.stats();
    IO.println(
            String.format(
                    "%n-- %s: %d blocks, %s%d B granted; a cell is %d B",
                    step,
                    stats.blocksUsed(),
                    stats.requested() < 0 ? "" : stats.requested() + " B asked for, ",
                    stats.granted(),
                    cell));
    paint(pieces, cell);
    if (stepping) IO.readln("Enter: on ");
}

record Piece(long offset, long bytes, Kind kind) {}

/// The first row, and those that hold a part of a block.
BitSet rowsUsed(List<Piece> pieces, int cell) {
    BitSet rows = new BitSet();
    rows.set(0);
    long row = CELLS * (long) cell;
    for (Piece piece : pieces) {
        if (piece.kind() != Kind.USED) continue;
        long last = piece.offset() + piece.bytes() - 1;
        rows.set((int) (piece.offset() / row), (int) (last / row) + 1);
    }
    return rows;
}

void paint(List<Piece> pieces, int cell) {
    long[][] shares = new long[(int) (KERNEL_HEAP_SIZE / cell)][Kind.values().length];
    for (Piece piece : pieces) {
        long to = piece.offset() + piece.bytes();
        for (long at = piece.offset(), next; at < to; at = next) {
            next = Math.min(to, (at / cell + 1) * cell);
            shares[(int) (at / cell)][piece.kind().ordinal()] += next - at;
        }
    }
    BitSet rows = rowsUsed(pieces, cell);
    int last = shares.length / CELLS;
    for (int row = 0; row < last; ) {
        if (!rows.get(row)) {
            int next = rows.nextSetBit(row);
            int end = next < 0 ? last : next;
            long kib = (long) (end - row) * CELLS * cell / 1024;
            IO.println("   ... " + kib + " KiB without a block");
            row = end;
            continue;
        }
        StringBuilder cells = new StringBuilder("   ");
        for (int i = 0; i < CELLS; i++) cells.append(picture(largestOf(shares[row * CELLS + i])));
        IO.println(cells.toString());
        row++;
    }
}

/// The kind that has most of a cell; a block wins from a quarter on, so that none goes unseen.
Kind largestOf(long[] shares) {
    long sum = Arrays.stream(shares).sum();
    if (4 * shares[Kind.USED.ordinal()] >= sum) return Kind.USED;
    Kind largest = Kind.FREE;
    for (Kind kind : Kind.values()) {
        if (shares[kind.ordinal()] > shares[largest.ordinal()]) largest = kind;
    }
    return largest;
}

String picture(Kind kind) {
    return switch (kind) {
        case USED -> BLOCKS ? "█" : "#";
        case FREE, CACHED -> BLOCKS ? "░" : ".";
        case OVERHEAD -> BLOCKS ? "▒" : "-";
    };
}

// ---- the chapter's comparison ----

/// Four little programs on an array of 80,000 bytes, the best of 40 runs of each, in microseconds:
/// what the chapter measures to say that its own allocator is about as fast as rCore's. (Its own
/// ends at offset 76,800, by luck: a longer test would have met its leaks. Here they are gone.)
void compare() {
    IO.println("\n== the chapter's comparison: 80,000 bytes, microseconds a run");
    IO.println(String.format("   %-44s %10s %12s", "", "buddy", "simplebuddy"));
    String[] programs = {
        "a  400 times: allocate and free 32 B",
        "b  400 blocks of 32 B, then all freed",
        "c  1000 times: one block each of 8 to 512 B",
        "d  2000 blocks of 32 B, then all freed"
    };
    double[] sums = new double[2];
    for (int program = 0; program < programs.length; program++) {
        double[] micros = new double[2];
        for (int which = 0; which < 2; which++) {
            MemorySegment space = HEAP_SPACE.asSlice(0, 80_000);
            String name = which == 0 ? "buddy" : "simplebuddy";
            try (Allocator heap = Allocators.named(name).open(Region.fixed(space))) {
                for (int i = 0; i < 400; i++) run(program, heap); // the compiler's turn
                micros[which] = Double.MAX_VALUE;
                for (int i = 0; i < 40; i++) {
                    long start = System.nanoTime();
                    run(program, heap);
                    micros[which] = Math.min(micros[which], (System.nanoTime() - start) / 1000.0);
                }
                check(heap.stats().failures() == 0, "room");
            }
            sums[which] += micros[which];
        }
        row(programs[program], micros);
    }
    row("all four", sums);
    IO.println("   (The originals, optimised: 85 and 85. ./allod compare takes real programs.)");
}

void row(String what, double[] micros) {
    IO.println(String.format("   %-44s %10.1f %12.1f", what, micros[0], micros[1]));
}

final long[] held = new long[2000];

void run(int program, Allocator heap) {
    switch (program) {
        case 0 -> {
            for (int i = 0; i < 400; i++) heap.deallocate(heap.allocate(32, 8), 32, 8);
        }
        case 1 -> allThenFree(heap, 400);
        case 2 -> {
            for (int i = 0; i < 1000; i++) {
                for (long size = 8; size <= 512; size = size == 128 ? 512 : 2 * size) {
                    heap.deallocate(heap.allocate(size, size), size, size);
                }
            }
        }
        default -> allThenFree(heap, 2000);
    }
}

void allThenFree(Allocator heap, int blocks) {
    for (int i = 0; i < blocks; i++) held[i] = heap.allocate(32, 8);
    for (int i = 0; i < blocks; i++) heap.deallocate(held[i], 32, 8);
}
