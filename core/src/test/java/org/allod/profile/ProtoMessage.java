package org.allod.profile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A message in Protocol Buffers' wire format, read: written apart from [Proto], to test it.
record ProtoMessage(List<Field> fields) {
    /// One field: `number` for a varint, `bytes` else.
    record Field(int id, long number, byte[] bytes) {}

    static ProtoMessage of(byte[] bytes) {
        Cursor at = new Cursor(bytes);
        List<Field> fields = new ArrayList<>();
        while (at.position < bytes.length) {
            long tag = at.varint();
            int id = (int) (tag >>> 3);
            switch ((int) (tag & 7)) {
                case 0 -> fields.add(new Field(id, at.varint(), null));
                case 2 -> fields.add(new Field(id, 0, at.bytes((int) at.varint())));
                default -> throw new AssertionError("wire type of tag " + tag);
            }
        }
        return new ProtoMessage(fields);
    }

    private static final class Cursor {
        private final byte[] bytes;
        private int position;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes[position++];
                value |= (next & 0x7FL) << shift;
                if (next >= 0) return value;
            }
        }

        byte[] bytes(int length) {
            position += length;
            return java.util.Arrays.copyOfRange(bytes, position - length, position);
        }
    }

    /// The only field of that id, 0 where it is not there.
    long number(int id) {
        List<Field> found = fields.stream().filter(field -> field.id == id).toList();
        if (found.size() > 1) throw new AssertionError("field " + id + " twice");
        return found.isEmpty() ? 0 : found.getFirst().number;
    }

    List<ProtoMessage> messages(int id) {
        return fields.stream().filter(f -> f.id == id).map(f -> of(f.bytes)).toList();
    }

    List<String> texts(int id) {
        return fields.stream()
                .filter(field -> field.id == id)
                .map(field -> new String(field.bytes, StandardCharsets.UTF_8))
                .toList();
    }

    /// A packed list of numbers.
    List<Long> numbers(int id) {
        List<Long> numbers = new ArrayList<>();
        for (Field field : fields) {
            if (field.id != id) continue;
            Cursor at = new Cursor(field.bytes);
            while (at.position < field.bytes.length) numbers.add(at.varint());
        }
        return numbers;
    }
}
