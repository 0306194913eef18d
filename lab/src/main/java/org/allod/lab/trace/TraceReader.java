package org.allod.lab.trace;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/// Reads a trace in any format, plain, gzip or xz, all told by content. Any thread.
final class TraceReader {
    private static final String EXPECTED = "expected a .trc or .rep trace, plain, gzip or xz";

    /// In the order of asking.
    private static final List<TraceFormat> FORMATS = List.of(new RepFormat(), new TrcFormat());

    private static final int BUFFER = 1 << 16;

    private TraceReader() {}

    /// Reads to the end and closes.
    ///
    /// @param source as the user named it, for messages
    /// @param name see [Trace#name]
    /// @param packed the file as it is
    /// @throws TraceException if there is no trace in it
    static Trace read(String source, String name, InputStream packed) {
        try (BufferedInputStream in = new BufferedInputStream(packed, BUFFER)) {
            String packing = packing(source, in);
            return parse(source, name, packing, unpacked(source, packing, in));
        } catch (IOException e) {
            throw TraceException.in(source, reason(e), e);
        }
    }

    private static Trace parse(String source, String name, String packing, InputStream in) {
        TraceText text = new TraceText(source, packing, in);
        TraceStart start = text.start();
        if (start.isEmpty()) throw TraceException.in(source, "empty, " + EXPECTED);
        int binary = start.binaryAt();
        if (binary >= 0) throw TraceException.in(source, binary(start, binary));
        for (TraceFormat format : FORMATS) {
            if (!format.accepts(start)) continue;
            TraceBuilder builder = new TraceBuilder();
            format.read(text, builder);
            if (builder.length() > 0) return builder.build(name);
            throw TraceException.in(source, "no operation in it, " + EXPECTED);
        }
        text.nextLine();
        throw text.expected("an operation such as 'a 0 64', or a header of a .rep file");
    }

    /// What the first bytes say: "gzip", "xz" or "".
    private static String packing(String source, InputStream in) throws IOException {
        in.mark(8);
        byte[] head = in.readNBytes(6);
        in.reset();
        if (starts(head, 0x1f, 0x8b)) return "gzip";
        if (starts(head, 0xfd, '7', 'z', 'X', 'Z', 0)) return "xz";
        if (starts(head, 0x28, 0xb5, 0x2f, 0xfd)) throw foreign(source, "zstd");
        if (starts(head, 'B', 'Z', 'h')) throw foreign(source, "bzip2");
        if (starts(head, 'P', 'K', 3, 4)) throw foreign(source, "zip");
        return "";
    }

    private static InputStream unpacked(String source, String packing, InputStream in) {
        try {
            return switch (packing) {
                case "gzip" -> new GZIPInputStream(in, BUFFER);
                case "xz" -> new XZInputStream(in);
                default -> in;
            };
        } catch (IOException e) {
            throw TraceException.in(source, broken(packing, e), e);
        }
    }

    // ---- cold ----

    /// What to say of packed data that cannot be unpacked.
    static String broken(String packing, IOException e) {
        return e instanceof EOFException
                ? "the " + packing + " data ends too early, expected a whole file"
                : "damaged " + packing + " data" + detail(e) + ", expected a whole file";
    }

    /// What to say of a file that cannot be read.
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "may not be read, permission denied";
            default -> "cannot be read" + detail(e);
        };
    }

    private static String detail(IOException e) {
        return e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
    }

    private static TraceException foreign(String source, String packing) {
        return TraceException.in(source, "packed with " + packing + ", " + EXPECTED);
    }

    private static String binary(TraceStart start, int at) {
        return "binary data (byte 0x%02x at %d), %s".formatted(start.bytes()[at], at, EXPECTED);
    }

    private static boolean starts(byte[] head, int... magic) {
        if (head.length < magic.length) return false;
        for (int i = 0; i < magic.length; i++) {
            if (head[i] != (byte) magic[i]) return false;
        }
        return true;
    }
}
