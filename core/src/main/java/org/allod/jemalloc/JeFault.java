package org.allod.jemalloc;

import org.allod.CorruptHeapError;

/// Makes the errors of a broken heap, and of frees that cannot be right.
final class JeFault {
    /// Of the allocator, in messages.
    static final String NAME = "jemalloc";

    private JeFault() {}

    static CorruptHeapError notLive(long address) {
        return at(address, "expected a live block, found a free one, the inside of one, or none");
    }

    static CorruptHeapError size(long address, long size, long usable) {
        return at(
                address,
                "expected a free with a size of the block's class, of at most %d bytes, found %s"
                        .formatted(usable, Long.toUnsignedString(size)));
    }

    static CorruptHeapError at(long address, String check) {
        return new CorruptHeapError(NAME, address, check);
    }

    static IllegalStateException closed() {
        return new IllegalStateException(NAME + " is closed, expected an open allocator");
    }
}
