package org.allod.lab.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Standard output that knows whether somebody still reads it. Owner thread only.
///
/// A reader that left (`allod list | head -1`) is no error. A full disk is, and a [PrintWriter]
/// would hide it.
final class StandardStream extends FilterOutputStream {
    private final PrintWriter writer;
    private IOException failure;

    StandardStream(OutputStream out) {
        super(out);
        writer = new PrintWriter(new OutputStreamWriter(this, charset()));
    }

    /// The process's own.
    static StandardStream output() {
        return new StandardStream(new FileOutputStream(FileDescriptor.out));
    }

    /// What commands print to.
    PrintWriter writer() {
        return writer;
    }

    /// Writes what is left.
    ///
    /// @param err where to say that it could not be written
    /// @param code exit code so far
    /// @return exit code of the process
    int finish(PrintWriter err, int code) {
        writer.flush();
        if (failure == null || isBrokenPipe(failure)) return code;
        err.println("allod: standard output: " + failure.getMessage());
        return Math.max(code, Main.FAILED);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) return;
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
        }
    }

    private static boolean isBrokenPipe(IOException e) {
        return e.getMessage() != null && e.getMessage().contains("pipe");
    }

    /// The terminal's. One that claims ASCII is mostly a container without a locale: UTF-8 then.
    private static Charset charset() {
        Charset said = Charset.forName(System.getProperty("stdout.encoding", "UTF-8"));
        return said.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : said;
    }
}
