package org.allod.ptmalloc;

import org.allod.memory.Memory;

/// A chunk: a block with its boundary tags. The only file that knows offsets and flags.
///
/// ```
///          0            8          16       24       32             40
/// in use   │(previous)  │ size   P │ the caller's bytes, up to 8 into the next chunk ...
/// in a     │(previous)  │ size   P │ link~  │ key    │ unused ...
///   tcache │
/// in a     │(previous)  │ size   P │ link~  │ key    │ unused ...
///   fastbin│
/// free     │(previous)  │ size P=1 │ fd     │ bk     │ unused ...        │ size, in the next chunk
/// free,    │(previous)  │ size P=1 │ fd     │ bk     │ fd of sizes │ bk of sizes │ unused ...
/// >= 1024  │
/// direct   │ offset in  │ size M=1 │ the caller's bytes ...
///          │ its run    │      P=0 │
///
///          (previous): the previous chunk's size if that is free (P=0), else its caller's bytes
///          link~: the link XOR (the address where it stands >> 12)
/// ```
///
/// A `chunk` is the address of the picture's left edge, a multiple of 16; the caller's `address` is
/// 16 higher. Sizes are bytes of the chunk, tags included. A chunk has no bit of its own for being
/// in use: the next one's P says so, and it is set for chunks in tcaches and fastbins as well.
///
/// Source: spec 2.1.
final class PtChunk {
    /// From a chunk to the caller's address: the two words of its tags.
    static final long PAYLOAD = 16;

    /// What the tags take of a chunk: one word, since the caller may use the next chunk's first.
    static final long OVERHEAD = 8;

    /// Granularity of chunks.
    static final long ALIGNMENT = 16;

    /// Smallest chunk: two tag words and two links.
    static final long MIN = 32;

    /// Smallest chunk that lies in a bin of several sizes.
    static final long LARGE = 1024;

    /// Bytes at the start of a free chunk that may be in use for tags and links.
    static final long LINKS_END = 48;

    /// Size of a fencepost, two of which end a heap that is not the last of its arena.
    static final long FENCE = 16;

    /// The chunk before this one is in use.
    static final long P = 1;

    /// A direct run.
    static final long M = 2;

    private static final long FLAGS = 15;

    private static final long HEAD = 8;
    private static final long FD = 16;
    private static final long BK = 24;
    private static final long FD_SIZES = 32;
    private static final long BK_SIZES = 40;

    /// Bits of an address that do not go into a link's mask. Source: spec 2.9.
    private static final int MASK_SHIFT = 12;

    static {
        assert MIN == BK + Long.BYTES && LINKS_END == BK_SIZES + Long.BYTES;
    }

    private PtChunk() {}

    // ---- sizes ----

    /// Size of the chunk for a request of 0 to 2^62 bytes.
    static long sizeFor(long request) {
        return Math.max(MIN, request + OVERHEAD + ALIGNMENT - 1 & -ALIGNMENT);
    }

    // ---- tags ----

    /// Address that the caller of a chunk has.
    static long address(long chunk) {
        return chunk + PAYLOAD;
    }

    /// Chunk of a caller's address.
    static long ofAddress(long address) {
        return address - PAYLOAD;
    }

    /// Size and flags.
    static long head(long chunk) {
        return Memory.getLong(chunk + HEAD);
    }

    /// Stores size and flags.
    static void setHead(long chunk, long head) {
        Memory.putLong(chunk + HEAD, head);
    }

    /// The size in a head.
    static long sizeOf(long head) {
        return head & ~FLAGS;
    }

    /// Size.
    static long size(long chunk) {
        return head(chunk) & ~FLAGS;
    }

    /// Whether a head has no flag but P.
    static boolean isPlain(long head) {
        return (head & (FLAGS & ~P)) == 0;
    }

    /// Whether the chunk before is in use, a tcache or a fastbin.
    static boolean isPrevUsed(long chunk) {
        return (head(chunk) & P) != 0;
    }

    /// Sets P.
    static void setPrevUsed(long chunk) {
        setHead(chunk, head(chunk) | P);
    }

    /// Clears P.
    static void setPrevFree(long chunk) {
        setHead(chunk, head(chunk) & ~P);
    }

    /// Size of the chunk before, if that is free; for a direct run its offset there.
    static long prevSize(long chunk) {
        return Memory.getLong(chunk);
    }

    /// Stores the word before the head.
    static void setPrevSize(long chunk, long value) {
        Memory.putLong(chunk, value);
    }

    /// Makes it a free chunk after a used one, its size at both ends. The next one's P stays.
    static void setFree(long chunk, long size) {
        setHead(chunk, size | P);
        setPrevSize(chunk + size, size);
    }

    // ---- links of free chunks; bin headers are chunks of which only these two words exist ----

    static long fd(long chunk) {
        return Memory.getLong(chunk + FD);
    }

    static void setFd(long chunk, long fd) {
        Memory.putLong(chunk + FD, fd);
    }

    static long bk(long chunk) {
        return Memory.getLong(chunk + BK);
    }

    static void setBk(long chunk, long bk) {
        Memory.putLong(chunk + BK, bk);
    }

    /// The first chunk of the next smaller size; 0 for a chunk that is not the first of its size.
    static long fdSizes(long chunk) {
        return Memory.getLong(chunk + FD_SIZES);
    }

    static void setFdSizes(long chunk, long fd) {
        Memory.putLong(chunk + FD_SIZES, fd);
    }

    /// The first chunk of the next larger size.
    static long bkSizes(long chunk) {
        return Memory.getLong(chunk + BK_SIZES);
    }

    static void setBkSizes(long chunk, long bk) {
        Memory.putLong(chunk + BK_SIZES, bk);
    }

    // ---- tcache and fastbin entries, by the caller's address ----

    /// The link of an entry.
    static long link(long address) {
        return Memory.getLong(address) ^ address >>> MASK_SHIFT;
    }

    static void setLink(long address, long next) {
        Memory.putLong(address, next ^ address >>> MASK_SHIFT);
    }

    /// The word that tells an entry from a block in use.
    static long key(long address) {
        return Memory.getLong(address + Long.BYTES);
    }

    static void setKey(long address, long key) {
        Memory.putLong(address + Long.BYTES, key);
    }
}
