package org.allod.lab.trace;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// A trace as one binary file: parsed once, read by every forked JVM. Any thread.
///
/// ```
///   offset  bytes
///   0       8       "ALLODTRC"
///   8       4       version, 1
///   12      4       length n
///   16      4       slot count
///   20      4       thread count
///   24      4       which columns are there, bit 0: alignments, bit 1: threads (else all are 0)
///   28      4       bytes t of the texts: name, then notes, one a line, UTF-8
///   32      8       bytes of the whole file
///   40      8       CRC-32 of bytes 0 to 39 and of the texts
///   48      t       texts, padded with 0 to a multiple of 8
///   ...             ids 8n, sizes 8n, [alignments 8n], slots 4n, [threads 4n], operations n
/// ```
/// Numbers are little-endian. The file lives as long as the comparison that wrote it, so old
/// versions are refused, not translated.
public final class BinaryTrace {
    private static final long MAGIC = 0x4352_5444_4f4c_4c41L; // "ALLODTRC"
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 48;
    private static final int CHECKED_BYTES = 40;

    /// Bytes written by one call. A full disk is an error then, where a mapped file would crash.
    private static final long MOST_AT_ONCE = 1 << 24;

    private static final int HAS_ALIGNMENTS = 1;
    private static final int HAS_THREADS = 2;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BinaryTrace() {}

    /// Writes `trace` into `file`, which is made or replaced.
    ///
    /// @throws IOException if the file cannot be written
    public static void write(Trace trace, Path file) throws IOException {
        int n = trace.length();
        int columns = columns(trace);
        byte[] texts = texts(trace);
        long bytes = fileBytes(n, columns, texts.length);
        try (FileChannel channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(bytes);
            MemorySegment.copy(texts, 0, map, ValueLayout.JAVA_BYTE, HEADER_BYTES, texts.length);
            ByteBuffer header = map.asSlice(0, HEADER_BYTES).asByteBuffer();
            header.order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC).putInt(VERSION).putInt(n);
            header.putInt(trace.slotCount()).putInt(trace.threadCount());
            header.putInt(columns).putInt(texts.length).putLong(bytes);
            header.putLong(checksum(map, texts.length));
            copyColumns(trace, columns, map, HEADER_BYTES + padded(texts.length), false);
            for (long at = 0; at < bytes; ) {
                long some = Math.min(bytes - at, MOST_AT_ONCE);
                at += channel.write(map.asSlice(at, some).asByteBuffer());
            }
        }
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws TraceException if it is something else, or was not written to its end
    /// @throws IOException if the file cannot be read
    public static Trace read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            long bytes = channel.size();
            if (bytes < HEADER_BYTES) throw wrong(file, bytes + " bytes");
            MemorySegment map = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            if (map.get(LONG, 0) != MAGIC) throw wrong(file, "another kind of file");
            int version = map.get(INT, 8);
            if (version != VERSION) throw wrong(file, "version " + version);
            int n = map.get(INT, 12);
            int columns = map.get(INT, 24);
            int textBytes = map.get(INT, 28);
            boolean whole =
                    textBytes >= 0
                            && n >= 0
                            && map.get(LONG, 32) == bytes
                            && fileBytes(n, columns, textBytes) == bytes
                            && map.get(LONG, CHECKED_BYTES) == checksum(map, textBytes);
            if (!whole) throw wrong(file, "damaged or cut off");
            byte[] texts = map.asSlice(HEADER_BYTES, textBytes).toArray(ValueLayout.JAVA_BYTE);
            List<String> lines =
                    Arrays.asList(new String(texts, StandardCharsets.UTF_8).split("\n"));
            Trace trace =
                    new Trace(
                            lines.getFirst(),
                            new byte[n],
                            new long[n],
                            new int[n],
                            new long[n],
                            new long[n],
                            new int[n],
                            map.get(INT, 16),
                            map.get(INT, 20),
                            List.copyOf(lines.subList(1, lines.size())));
            copyColumns(trace, columns, map, HEADER_BYTES + padded(textBytes), true);
            return trace;
        }
    }

    /// Copies each column that is there, from the file or into it.
    private static void copyColumns(
            Trace trace, int columns, MemorySegment map, long at, boolean fromFile) {
        int n = trace.length();
        long[][] longs =
                (columns & HAS_ALIGNMENTS) != 0
                        ? new long[][] {trace.ids(), trace.sizes(), trace.alignments()}
                        : new long[][] {trace.ids(), trace.sizes()};
        for (long[] column : longs) {
            if (fromFile) MemorySegment.copy(map, LONG, at, column, 0, n);
            else MemorySegment.copy(column, 0, map, LONG, at, n);
            at += 8L * n;
        }
        int[][] ints =
                (columns & HAS_THREADS) != 0
                        ? new int[][] {trace.slots(), trace.threads()}
                        : new int[][] {trace.slots()};
        for (int[] column : ints) {
            if (fromFile) MemorySegment.copy(map, INT, at, column, 0, n);
            else MemorySegment.copy(column, 0, map, INT, at, n);
            at += 4L * n;
        }
        byte[] column = trace.operations();
        if (fromFile) MemorySegment.copy(map, ValueLayout.JAVA_BYTE, at, column, 0, n);
        else MemorySegment.copy(column, 0, map, ValueLayout.JAVA_BYTE, at, n);
    }

    private static int columns(Trace trace) {
        boolean aligned = Arrays.stream(trace.alignments()).anyMatch(a -> a != 0);
        return (aligned ? HAS_ALIGNMENTS : 0) | (trace.threadCount() > 1 ? HAS_THREADS : 0);
    }

    private static byte[] texts(Trace trace) {
        StringBuilder texts = new StringBuilder(trace.name());
        trace.notes().forEach(note -> texts.append('\n').append(note));
        return texts.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static long fileBytes(int n, int columns, int textBytes) {
        long perOperation = 8 + 8 + 4 + 1;
        if ((columns & HAS_ALIGNMENTS) != 0) perOperation += 8;
        if ((columns & HAS_THREADS) != 0) perOperation += 4;
        return HEADER_BYTES + padded(textBytes) + n * perOperation;
    }

    private static long padded(int textBytes) {
        return (textBytes + 7L) & -8L;
    }

    private static long checksum(MemorySegment map, int textBytes) {
        CRC32 crc = new CRC32();
        crc.update(map.asSlice(0, CHECKED_BYTES).asByteBuffer());
        crc.update(map.asSlice(HEADER_BYTES, textBytes).asByteBuffer());
        return crc.getValue();
    }

    private static TraceException wrong(Path file, String what) {
        return TraceException.in(
                file.toString(), what + ", expected a binary trace of version " + VERSION);
    }
}
