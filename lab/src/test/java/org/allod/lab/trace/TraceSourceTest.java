package org.allod.lab.trace;

import static org.allod.lab.trace.TraceFiles.bytes;
import static org.allod.lab.trace.TraceFiles.file;
import static org.allod.lab.trace.TraceFiles.gzip;
import static org.allod.lab.trace.TraceFiles.read;
import static org.allod.lab.trace.TraceFiles.show;
import static org.allod.lab.trace.TraceFiles.xz;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceSourceTest {
    private static final String TEXT = "a 0 64\nf 0\n";

    @TempDir private Path folder;

    @Test
    void packingIsToldByContent() throws IOException {
        assertEquals("a 0 64 | f 0", show(read(bytes(folder, "plain.xz", TEXT.getBytes()))));
        assertEquals("a 0 64 | f 0", show(read(bytes(folder, "packed", gzip(TEXT)))));
        assertEquals("a 0 64 | f 0", show(read(bytes(folder, "packed.gz", xz(TEXT)))));
    }

    @Test
    void severalGzipMembersAreOneFile() throws IOException {
        byte[] one = gzip("a 0 64\n");
        byte[] two = gzip("f 0\n");
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        assertEquals("a 0 64 | f 0", show(read(bytes(folder, "two.gz", both))));
    }

    @Test
    void standardInput() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(TEXT.getBytes()));
            Trace trace = TraceSource.of("-").read();
            assertEquals("a 0 64 | f 0", show(trace));
            assertEquals("stdin", trace.name());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void namesForPeople() throws IOException {
        for (String name : new String[] {"x", "x.trc", "x.rep", "x.trc.gz", "x.rep.xz", "x.gz"}) {
            assertEquals("x", TraceSource.of(file(folder, name, "a 0 1").toString()).name());
        }
        assertEquals(".trc", TraceSource.of(file(folder, ".trc", "a 0 1").toString()).name());
    }

    @Test
    void missingFileNamesTheBundledOnes() {
        TraceException e = assertThrows(TraceException.class, () -> TraceSource.of("nowhere"));
        assertEquals(
                "nowhere: no such file, expected a file, - for standard input, or one of the"
                        + " bundled netty-http, nginx, git-diff, perl-words, larson-4t, py-threads",
                e.getMessage());
    }

    @Test
    void directory() {
        TraceException e =
                assertThrows(TraceException.class, () -> TraceSource.of(folder.toString()));
        assertEquals(folder + ": a directory, expected a trace file", e.getMessage());
    }

    @Test
    void namesThatAreNone() {
        assertTrue(refused("").startsWith("'': no such file"));
        assertTrue(refused("a\0b").startsWith("a?b: no file name"));
    }

    @Test
    void emptyFile() throws IOException {
        String expected = "empty, expected a .trc or .rep trace, plain, gzip or xz";
        assertEquals(expected, complaint("plain"));
        assertEquals(expected, complaint("packed", gzip("")));
        assertEquals(expected, complaint("packed", xz("")));
    }

    @Test
    void onlyComments() throws IOException {
        assertEquals(
                "no operation in it, expected a .trc or .rep trace, plain, gzip or xz",
                complaint("x.trc", "# ops: 0\n".getBytes()));
    }

    @Test
    void cutOffAnywhere() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++)
            text.append("a ").append(i).append(' ').append(random.nextInt(1 << 20)).append('\n');
        byte[] gzip = gzip(text.toString());
        byte[] xz = xz(text.toString());
        for (int eighths = 1; eighths < 8; eighths++) {
            assertEquals(
                    "the gzip data ends too early, expected a whole file",
                    complaint("x.gz", Arrays.copyOf(gzip, gzip.length / 8 * eighths)));
            assertEquals(
                    "the xz data ends too early, expected a whole file",
                    complaint("x.xz", Arrays.copyOf(xz, xz.length / 8 * eighths)));
        }
        assertEquals(
                "the gzip data ends too early, expected a whole file",
                complaint("x.gz", Arrays.copyOf(gzip, 3)));
        assertEquals(
                "the xz data ends too early, expected a whole file",
                complaint("x.xz", Arrays.copyOf(xz, 7)));
    }

    @Test
    void damagedInside() throws IOException {
        byte[] gzip = gzip("a 0 64\n".repeat(1000));
        gzip[gzip.length - 6]++;
        assertTrue(complaint("x.gz", gzip).startsWith("damaged gzip data ("));
        byte[] xz = xz("a 0 64\n");
        xz[xz.length - 9]++;
        assertTrue(complaint("x.xz", xz).startsWith("damaged xz data ("));
    }

    @Test
    void binaryJunk() throws IOException {
        byte[] elf = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};
        assertEquals(
                "binary data (byte 0x02 at 4), expected a .trc or .rep trace, plain, gzip or xz",
                complaint("elf", elf));
    }

    @Test
    void otherPackings() throws IOException {
        String expected = ", expected a .trc or .rep trace, plain, gzip or xz";
        byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0};
        assertEquals("packed with zstd" + expected, complaint("x", zstd));
        assertEquals("packed with bzip2" + expected, complaint("x", "BZh91AY".getBytes()));
        assertEquals("packed with zip" + expected, complaint("x", "PK\3\4  ".getBytes()));
    }

    @Test
    void otherText() throws IOException {
        Path file = file(folder, "poem.txt", "", "Whose woods these are", "I think I know");
        TraceException e = assertThrows(TraceException.class, () -> read(file));
        assertEquals(
                file
                        + ":2: Whose, expected an operation such as 'a 0 64',"
                        + " or a header of a .rep file",
                e.getMessage());
    }

    /// What is said of a file of those bytes, without its name.
    private String complaint(String name, byte... content) throws IOException {
        Path file = bytes(folder, name, content);
        TraceException e = assertThrows(TraceException.class, () -> read(file));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        return e.getMessage().substring(file.toString().length() + 2);
    }

    private static String refused(String argument) {
        return assertThrows(TraceException.class, () -> TraceSource.of(argument)).getMessage();
    }
}
