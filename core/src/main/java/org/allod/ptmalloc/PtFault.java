package org.allod.ptmalloc;

import org.allod.CorruptHeapError;

/// Says what is wrong with a chunk or an address, in the allocator's name.
final class PtFault {
    private final String name;

    PtFault(String name) {
        this.name = name;
    }

    /// A broken invariant at a chunk.
    CorruptHeapError chunk(long chunk, String check) {
        return new CorruptHeapError(name, PtChunk.address(chunk), check);
    }

    /// An address that is no live block's.
    CorruptHeapError address(long address, String expected) {
        return new CorruptHeapError(name, address, expected);
    }

    /// A size that a block has not.
    CorruptHeapError size(long address, long size, long usable) {
        return new CorruptHeapError(
                name,
                address,
                "expected a block of at least "
                        + Long.toUnsignedString(size)
                        + " bytes, found one of "
                        + usable);
    }
}
