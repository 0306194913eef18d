package org.allod.jemalloc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.tukaani.xz.XZInputStream;

/// What jemalloc answered to a trace, told by the place in its page and the usable size, and how
/// many of our answers differ.
///
/// ```
///   golden/mid.rep.xz          golden/jemalloc-mid.txt.xz
///   a 0 100        ──► heap    a 0 100 1344 112          op id size offset-in-page usable
/// ```
///
/// Large blocks start at a random line of their page: of them the usable size counts alone.
final class GoldenPages {
    /// Requests of C's malloc: 8 is what a block of 8 bytes is aligned to.
    private static final long ALIGNMENT = 8;

    private record Block(long address, long size) {}

    private final JeMalloc heap;
    private final Map<String, Block> live = new HashMap<>();
    private int lines;
    private int sizesWrong;
    private int placesWrong;
    private String first = "";

    private GoldenPages(JeMalloc heap) {
        this.heap = heap;
    }

    /// Plays a trace.
    static GoldenPages play(JeMalloc heap, String golden, String trace) throws IOException {
        GoldenPages pages = new GoldenPages(heap);
        try (BufferedReader requests = open(trace + ".xz");
                BufferedReader answers = open(golden + ".txt.xz")) {
            for (String line; (line = next(requests)) != null; ) {
                if (line.startsWith("f")) pages.free(line.split(" ")[1]);
                else pages.compare(line, next(answers));
            }
            if (next(answers) != null) throw new AssertionError(golden + " has more answers");
        }
        return pages;
    }

    private static BufferedReader open(String file) throws IOException {
        InputStream packed = GoldenPages.class.getResourceAsStream("/golden/" + file);
        if (packed == null) throw new IOException("resource=golden/" + file + ", expected it");
        return new BufferedReader(
                new InputStreamReader(new XZInputStream(packed), StandardCharsets.US_ASCII));
    }

    private static String next(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && line.startsWith("#")) line = lines.readLine();
        return line;
    }

    private void free(String id) {
        Block block = live.remove(id);
        if (block != null) heap.deallocate(block.address, block.size, ALIGNMENT);
    }

    private void compare(String request, String answer) {
        String[] asked = request.split(" ");
        String[] told = answer.split(" ");
        if (!answer.startsWith(asked[0] + " " + asked[1] + " " + asked[2] + " ")) {
            throw new AssertionError("request " + request + ", answer " + answer);
        }
        long size = Long.parseLong(asked[2]);
        Block old = asked[0].equals("r") ? live.get(asked[1]) : null;
        long address =
                old == null
                        ? heap.allocate(size, ALIGNMENT)
                        : heap.reallocate(old.address, old.size, ALIGNMENT, size);
        live.put(asked[1], new Block(address, size));
        lines++;
        long usable = heap.usableSize(address);
        boolean sizeWrong = usable != Long.parseLong(told[4]);
        boolean placeWrong =
                usable <= JeClasses.SMALL_MAX && (address & 4095) != Long.parseLong(told[3]);
        if (sizeWrong) sizesWrong++;
        if (placeWrong) placesWrong++;
        if ((sizeWrong || placeWrong) && first.isEmpty()) {
            first = "%s, ours: %d %d".formatted(answer, address & 4095, usable);
        }
    }

    int lines() {
        return lines;
    }

    int sizesWrong() {
        return sizesWrong;
    }

    int placesWrong() {
        return placesWrong;
    }

    @Override
    public String toString() {
        return "%d lines, sizes wrong: %d, places wrong: %d; first: %s"
                .formatted(lines, sizesWrong, placesWrong, first);
    }
}
