package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class StandardStreamTest {
    private final StringWriter err = new StringWriter();

    @Test
    void whatIsPrintedArrives() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertEquals(1, code(bytes, 1));
        assertEquals("x", bytes.toString());
        assertEquals("", err.toString());
    }

    @Test
    void aReaderThatLeftIsNoError() {
        assertEquals(0, code(failing("Broken pipe"), 0));
        assertEquals("", err.toString());
    }

    @Test
    void aFullDiskIs() {
        assertEquals(1, code(failing("No space left on device"), 0));
        assertEquals("allod: standard output: No space left on device", err.toString().strip());
    }

    private int code(OutputStream to, int code) {
        StandardStream stream = new StandardStream(to);
        stream.writer().print("x");
        return stream.finish(new PrintWriter(err, true), code);
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
