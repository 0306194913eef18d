package org.allod.kit;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.allod.Allocator;
import org.allod.memory.Memory;
import org.tukaani.xz.XZInputStream;

/// What an original answered to a trace, compared line by line with what ours answers.
///
/// ```
///   golden/mid.rep.xz          golden/buddy-mid.txt.xz
///   a 0 100        ──► heap    a 0 100 0          op id size offset
///   r 0 300        ──► heap    r 0 300 512
///   f 0            ──► heap
/// ```
///
/// Both files are among the tests' resources. A request that was refused has `-` for its offset.
///
/// ```java
/// GoldenPlacements.of("buddy-mid", "mid.rep").reallocatingByCopy().compare(heap, region.base());
/// ```
///
/// @param golden name of the placements, without folder and ending
/// @param trace name of the trace with its first ending
/// @param alignment of every request
/// @param byCopy whether `r` is an allocation, a copy and a free, instead of `reallocate`
public record GoldenPlacements(String golden, String trace, long alignment, boolean byCopy) {
    private record Block(long address, long size) {}

    /// Offsets from the first block that was handed out.
    public static final long FIRST = -1;

    /// At alignment 16, with the heap's own `reallocate`.
    public static GoldenPlacements of(String golden, String trace) {
        return new GoldenPlacements(golden, trace, 16, false);
    }

    /// With `r` as allocate, copy, free.
    public GoldenPlacements reallocatingByCopy() {
        return new GoldenPlacements(golden, trace, alignment, true);
    }

    /// With another alignment for every request.
    public GoldenPlacements aligned(long bytes) {
        return new GoldenPlacements(golden, trace, bytes, byCopy);
    }

    /// Plays the whole trace and fails at the first line that differs.
    ///
    /// @param base that offsets count from, or [#FIRST]
    /// @return number of lines compared
    public long compare(Allocator heap, long base) {
        try (BufferedReader requests = open(trace + ".xz");
                BufferedReader answers = open(golden + ".txt.xz")) {
            return new Player(this, heap, base).play(requests, answers);
        } catch (IOException broken) {
            throw new AssertionError(this + " cannot be read: " + broken.getMessage(), broken);
        }
    }

    private static BufferedReader open(String file) throws IOException {
        InputStream packed = GoldenPlacements.class.getResourceAsStream("/golden/" + file);
        if (packed == null) {
            throw new IOException(
                    "resource=golden/" + file + ", expected it in src/test/resources");
        }
        return new BufferedReader(
                new InputStreamReader(new XZInputStream(packed), StandardCharsets.US_ASCII));
    }

    /// One pass over one trace.
    private static final class Player {
        private final GoldenPlacements of;
        private final Allocator heap;
        private final Map<String, Block> live = new HashMap<>();
        private long base;

        Player(GoldenPlacements of, Allocator heap, long base) {
            this.of = of;
            this.heap = heap;
            this.base = base;
        }

        long play(BufferedReader requests, BufferedReader answers) throws IOException {
            long lines = 0;
            for (String line; (line = next(requests)) != null; ) {
                String[] fields = line.split(" ");
                String id = fields[1];
                if (fields[0].equals("f")) {
                    free(id, line);
                    continue;
                }
                long size = Long.parseLong(fields[2]);
                String ours = fields[0] + " " + id + " " + size + " " + place(fields[0], id, size);
                String theirs = next(answers);
                lines++;
                if (!ours.equals(theirs)) {
                    fail(
                            "%s.txt, answer %d: %s, ours: %s"
                                    .formatted(of.golden, lines, theirs, ours));
                }
            }
            String more = next(answers);
            if (more != null) fail(of.golden + ".txt has more than " + lines + " answers: " + more);
            return lines;
        }

        private static String next(BufferedReader lines) throws IOException {
            String line = lines.readLine();
            while (line != null && (line.isBlank() || line.startsWith("#")))
                line = lines.readLine();
            return line;
        }

        /// A freed `-1`, and one whose request was refused, is a free of nothing.
        private void free(String id, String line) {
            if (id.equals("-1")) return;
            if (!live.containsKey(id)) fail(of.trace + ": " + line + ", expected a live id");
            Block block = live.remove(id);
            if (block != null) heap.deallocate(block.address, block.size, of.alignment);
        }

        private String place(String operation, String id, long size) {
            Block old = operation.equals("r") ? live.get(id) : null;
            long address = old == null ? heap.allocate(size, of.alignment) : resize(old, size);
            if (address == Allocator.NULL) {
                live.putIfAbsent(id, null);
                return "-";
            }
            live.put(id, new Block(address, size));
            if (base == FIRST) base = address;
            return Long.toString(address - base);
        }

        private long resize(Block old, long size) {
            if (!of.byCopy) return heap.reallocate(old.address, old.size, of.alignment, size);
            long moved = heap.allocate(size, of.alignment);
            if (moved == Allocator.NULL) return moved;
            Memory.copy(old.address, moved, Math.min(old.size, size));
            heap.deallocate(old.address, old.size, of.alignment);
            return moved;
        }
    }
}
