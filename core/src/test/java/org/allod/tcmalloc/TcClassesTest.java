package org.allod.tcmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The class table is the original's, class by class and for every size.
class TcClassesTest {
    /// `size:pages:batch`; what is left out is as in the one before. Source: spec 1.2.
    private static final String TABLE =
            """
            8:1:32 16 32 48 64 80 96 112 128 144 160 176 192 208 224 240 256 288 320 352 384 416
            448 480 512 576 640 704 768 896 1024 1152:2:32 1280:2:32 1408:2:32 1536:2:32 1792:2:32
            2048:2:32 2304:2:28 2560:2:25 2816:3:23 3072:2:21 3328:3:19 4096:2:16 4608:3:14
            5120:2:12 6144:3:10 6656:5:9 8192:2:8 9216:5:7 10240:4:6 12288:3:5 13312:5:4 16384:2:4
            20480:5:3 24576:3:2 26624:7:2 32768:4:2 40960:5:2 49152:6:2 57344:7:2 65536:8:2
            """;

    private record Row(int size, int pages, int batch) {}

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String entry : TABLE.strip().split("\\s+")) {
            String[] fields = entry.split(":");
            Row last = rows.isEmpty() ? null : rows.getLast();
            rows.add(
                    new Row(
                            Integer.parseInt(fields[0]),
                            fields.length > 1 ? Integer.parseInt(fields[1]) : last.pages,
                            fields.length > 2 ? Integer.parseInt(fields[2]) : last.batch));
        }
        for (int size = 73_728; size <= 262_144; size += 8192)
            rows.add(new Row(size, size / 8192, 2));
        return rows;
    }

    @Test
    void classByClass() {
        List<Row> found = new ArrayList<>();
        for (int c = 0; c < TcClasses.COUNT; c++) {
            int size = TcClasses.BYTES[c];
            int batch = TcClasses.batch(size, TcClasses.BATCH_MAX);
            found.add(new Row(size, TcClasses.pages(c), batch));
        }
        assertEquals(85, found.size());
        assertEquals(rows(), found);
    }

    @Test
    void everySize() {
        List<Row> rows = rows();
        int c = 0;
        for (int size = 1; size <= TcClasses.SIZE_MAX; size++) {
            if (size > rows.get(c).size) c++;
            assertEquals(c, TcClasses.SIZES.of(size), "class of " + size);
        }
        assertEquals(0, TcClasses.SIZES.of(0));
    }

    /// What a span's end wastes, and what a block lies at.
    @Test
    void spansAreWellFilledAndBlocksAligned() {
        for (int c = 0; c < TcClasses.COUNT; c++) {
            long bytes = TcClasses.pages(c) * TcClasses.PAGE;
            long rest = bytes - (long) TcClasses.blocks(c) * TcClasses.BYTES[c];
            int size = TcClasses.BYTES[c];
            assertTrue(rest <= bytes / 8, () -> rest + " bytes left of " + bytes);
            assertEquals(0, size % (size < 16 ? 8 : 16), "alignment");
        }
    }
}
