package org.allod.profile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// One message in Protocol Buffers' wire format, written field by field.
///
/// ```
///   number        │ field << 3 | 0 │ varint │
///   bytes, text,  │ field << 3 | 2 │ varint length │ ... │
///   message, list
///
///   varint        7 bits a byte, lowest first, the top bit set on all but the last
/// ```
///
/// Source: the encoding page of protobuf.dev.
final class Proto {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// A number, unless it is 0: that is what a field is that is not there.
    void number(int field, long value) {
        if (value == 0) return;
        varint((long) field << 3 | VARINT);
        varint(value);
    }

    /// A list of numbers, packed.
    void numbers(int field, long... values) {
        Proto list = new Proto();
        for (long value : values) list.varint(value);
        message(field, list);
    }

    /// A text; an empty one is written, too, as an element of a list.
    void text(int field, String text) {
        delimited(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /// A message within this one.
    void message(int field, Proto message) {
        delimited(field, message.toByteArray());
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private void delimited(int field, byte[] content) {
        varint((long) field << 3 | LENGTH_DELIMITED);
        varint(content.length);
        bytes.writeBytes(content);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}
