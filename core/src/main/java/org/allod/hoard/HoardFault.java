package org.allod.hoard;

import org.allod.CorruptHeapError;

/// What is said of an address that is wrong.
final class HoardFault {
    /// Of the allocator.
    static final String NAME = "hoard";

    private HoardFault() {}

    static CorruptHeapError at(long address, String what) {
        return new CorruptHeapError(NAME, address, what);
    }

    static CorruptHeapError notLive(long address) {
        return at(address, "expected a live block, found none");
    }

    static CorruptHeapError free(long address) {
        return at(address, "expected a live block, found a free one");
    }

    static CorruptHeapError twice(long address) {
        return at(address, "expected a free block once, found it in a buffer and at home");
    }

    static CorruptHeapError tooLong(long address, long size, long usable) {
        String found = "size=" + Long.toUnsignedString(size);
        return at(address, found + ", expected at most " + usable + " usable bytes");
    }

    static CorruptHeapError overwritten(long block) {
        return at(block, "hoard.I5: a free block was written to, expected its mark");
    }
}
