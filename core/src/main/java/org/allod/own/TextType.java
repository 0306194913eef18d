package org.allod.own;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.allod.memory.Memory;

/// A [Text] as a value: compared and hashed where it lies.
final class TextType extends OwnerType<Text> {
    /// What an empty text without a block is for native code.
    static final MemorySegment EMPTY_C_STRING = Arena.global().allocate(1).asReadOnly();

    TextType() {
        super(Text.class, Room.WORDS, Text::new);
    }

    private static long bytes(long slot) {
        return Memory.getLong(slot + Long.BYTES);
    }

    @Override
    int compare(Lender lender, Text value, long slot) {
        return Utf8.compare(value.address, value.length, Memory.getLong(slot), bytes(slot));
    }

    @Override
    int compareAt(Lender lender, long left, long right) {
        return Utf8.compare(Memory.getLong(left), bytes(left), Memory.getLong(right), bytes(right));
    }

    @Override
    boolean equals(Lender lender, Text value, long slot) {
        return value.length == bytes(slot)
                && Utf8.equal(value.address, Memory.getLong(slot), value.length);
    }

    @Override
    int hash(Text value) {
        return Utf8.hash(value.address, value.length);
    }

    @Override
    int hash(Lender lender, long slot) {
        return Utf8.hash(Memory.getLong(slot), bytes(slot));
    }
}
