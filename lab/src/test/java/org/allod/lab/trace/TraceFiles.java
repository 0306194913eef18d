package org.allod.lab.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/// Small trace files for tests.
public final class TraceFiles {
    private TraceFiles() {}

    /// A file of some lines, each ended.
    public static Path file(Path folder, String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    /// A file of some bytes.
    public static Path bytes(Path folder, String name, byte... bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /// What gzip makes of a text.
    public static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /// What xz makes of a text.
    public static byte[] xz(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new XZOutputStream(bytes, new LZMA2Options(1))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /// Reads a file as the commands do.
    public static Trace read(Path file) {
        return TraceSource.of(file.toString()).read();
    }

    /// The operations one by one, as a `.trc` with dense threads would have them.
    public static String show(Trace trace) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < trace.length(); i++) {
            char operation = (char) trace.operations()[i];
            if (!text.isEmpty()) text.append(" | ");
            if (trace.threadCount() > 1) text.append(trace.threads()[i]).append(' ');
            text.append(operation).append(' ').append(trace.ids()[i]);
            if (operation != 'f') text.append(' ').append(trace.sizes()[i]);
            if (trace.alignments()[i] != 0) text.append(' ').append(trace.alignments()[i]);
        }
        return text.toString();
    }
}
