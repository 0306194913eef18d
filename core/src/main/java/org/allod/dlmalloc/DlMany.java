package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// Many blocks at once: cut from one chunk, or merged before they are freed.
final class DlMany {
    private DlMany() {}

    /// Cuts `count` zeroed blocks of one size. False where there is no room.
    ///
    /// @throws IllegalArgumentException if `count` is negative or above the length of `into`
    static boolean calloc(DlRequests requests, int count, long size, long[] into) {
        if (count < 0 || count > into.length) {
            throw new IllegalArgumentException("count=" + count + ", expected 0 to " + into.length);
        }
        if (count == 0) return true;
        if (isTooLarge(requests, size)) return false;
        long bytes = requests.chunkSize(size);
        if (bytes > Long.MAX_VALUE / count) return false;
        long chunk = requests.takeForPieces(bytes * count - requests.heap.overhead);
        if (chunk == NULL) return false;
        for (int i = 0; i < count; i++) {
            chunk = cut(requests.heap, chunk, i == count - 1 ? 0 : bytes, into, i);
            Memory.fill(into[i], size, (byte) 0);
        }
        return true;
    }

    /// Cuts blocks of the given sizes. False where there is no room.
    ///
    /// @throws IllegalArgumentException if `into` is shorter than `sizes`
    static boolean comalloc(DlRequests requests, long[] sizes, long[] into) {
        if (into.length < sizes.length) {
            throw new IllegalArgumentException(
                    "into.length=" + into.length + ", expected at least " + sizes.length);
        }
        if (sizes.length == 0) return true;
        long total = 0;
        for (long size : sizes) {
            if (isTooLarge(requests, size)) return false;
            total += requests.chunkSize(size);
            if (isTooLarge(requests, total)) return false;
        }
        long chunk = requests.takeForPieces(total - requests.heap.overhead);
        if (chunk == NULL) return false;
        for (int i = 0; i < sizes.length; i++) {
            long bytes = i == sizes.length - 1 ? 0 : requests.chunkSize(sizes[i]);
            chunk = cut(requests.heap, chunk, bytes, into, i);
        }
        return true;
    }

    private static boolean isTooLarge(DlRequests requests, long size) {
        return Long.compareUnsigned(size, requests.pages.rangeBytes()) >= 0;
    }

    /// Hands out the first `bytes` bytes of a chunk, all of it for 0.
    ///
    /// @return what is left of it
    private static long cut(DlHeap heap, long chunk, long bytes, long[] into, int place) {
        long rest = bytes == 0 ? NULL : heap.split(chunk, bytes);
        heap.mark(chunk);
        into[place] = DlChunk.address(chunk);
        return rest;
    }

    /// Merges the block at a place with those at the next places, as long as each lies right behind
    /// the one before.
    ///
    /// @return first place after the merged ones
    static int joinNeighbours(DlHeap heap, long[] addresses, int from) {
        int end = from + 1;
        if (!heap.isUsed(addresses[from])) return end;
        long chunk = DlChunk.ofAddress(addresses[from]);
        while (end < addresses.length
                && DlChunk.ofAddress(addresses[end]) == chunk + DlChunk.size(chunk)
                && heap.isUsed(addresses[end])) {
            heap.join(chunk);
            end++;
        }
        return end;
    }
}
