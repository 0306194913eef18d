package org.allod.dlmalloc;

import org.allod.CorruptHeapError;

/// Finds out what is wrong with an address that is no block in use, and says so.
final class DlFault {
    private DlFault() {}

    /// For an address for which [DlHeap#isUsed] is false. Loads nothing outside the heap.
    static CorruptHeapError notUsed(String name, DlHeap heap, long address) {
        return new CorruptHeapError(name, address, describe(heap, address));
    }

    private static String describe(DlHeap heap, long address) {
        long chunk = DlChunk.ofAddress(address);
        if ((address & DlChunk.ALIGNMENT - 1) != 0) {
            return "expected the start of a block, a multiple of " + DlChunk.ALIGNMENT;
        }
        if (chunk < heap.first() || chunk > heap.top()) {
            return "expected a live block of this heap, found an address outside it";
        }
        if (chunk == heap.top()) return "expected a live block, found the free end of the heap";
        long head = DlChunk.head(chunk);
        long size = DlChunk.sizeOf(head);
        if ((head & DlChunk.C) == 0) return "expected a live block, found a free one or none";
        if (!DlChunk.isUsed(head) || size < DlChunk.MIN || size > heap.top() - chunk) {
            return "expected a live block, found the tag 0x"
                    + Long.toHexString(head)
                    + ": overwritten, or the inside of a block";
        }
        if ((DlChunk.head(chunk + size) & DlChunk.P) == 0) {
            return "expected a live block, found one that is free by the tag behind it: freed"
                    + " twice, the tag overwritten, or the inside of a block";
        }
        return "expected this heap's mark behind the block: a write behind it, or another heap's"
                + " block";
    }

    /// For a free chunk whose size at one end is not what stands at the other, or cannot be.
    static CorruptHeapError freeSize(String name, long chunk) {
        return new CorruptHeapError(
                name,
                DlChunk.address(chunk),
                "dlmalloc.I2: the size of a free block was overwritten, expected the same in front"
                        + " of and behind it");
    }

    /// A size that a block has not.
    static CorruptHeapError size(String name, long address, long size, long usable) {
        return new CorruptHeapError(
                name,
                address,
                "expected a block of at least "
                        + Long.toUnsignedString(size)
                        + " bytes, found one of "
                        + usable);
    }

    /// A new block that is not what was asked for: something that is free was overwritten.
    static CorruptHeapError unsound(String name, long address, long size) {
        return new CorruptHeapError(
                name,
                address,
                "dlmalloc.I2: a free block was overwritten, expected one in use with "
                        + Long.toUnsignedString(size)
                        + " bytes");
    }
}
