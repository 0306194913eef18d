package org.allod.dlmalloc;

import org.allod.memory.Memory;

/// A chunk: a block with its boundary tags. The only file that knows offsets and flags.
///
/// ```
///          0           8             16     24     32       40       48       56
/// in use   │(previous) │ size C=1 P  │ the caller's bytes, up to 8 into the next chunk ...
/// free     │(previous) │ size C=0 P=1│ next │ prev │ unused ... │ size again, in the next chunk
/// free,    │(previous) │ size C=0 P=1│ next │ prev │ child0 │ child1 │ parent │ bin │ unused ...
/// >= 256   │           │ IDLE        │ in its ring │        │        │        │     │
/// direct   │ offset in │ size C=0 P=0│ the caller's bytes ...
///          │ its run   │             │
///
///          (previous): the previous chunk's size if that is free (P=0), else its caller's bytes
/// ```
///
/// A `chunk` is the address of the picture's left edge, a multiple of 16; the caller's `address` is
/// 16 higher. Sizes are bytes of the chunk, tags included.
final class DlChunk {
    /// From a chunk to the caller's address: the two words of its tags.
    static final long PAYLOAD = 16;

    /// What the tags take of a chunk: one word, since the caller may use the next chunk's first.
    static final long OVERHEAD = 8;

    /// Granularity of chunks. Source: spec, alignment of malloc on 64-bit machines.
    static final long ALIGNMENT = 16;

    /// Smallest chunk: two tag words and two links. A remainder below it stays where it is.
    static final long MIN = 32;

    /// Smallest chunk that is kept in a trie. Derived: a trie node's 64 bytes, and 32 small bins.
    static final long TREE_MIN = 256;

    /// Bytes at the start of a free chunk that may be in use for links.
    static final long LINKS_END = 64;

    /// The chunk before this one is in use.
    static final long P = 1;

    /// This chunk is in use.
    static final long C = 2;

    /// This free chunk was there at the last sweep, as it is now.
    static final long IDLE = 4;

    private static final long FLAGS = 7;

    private static final long PREV_FOOT = 0;
    private static final long HEAD = 8;
    private static final long NEXT = 16;
    private static final long PREV = 24;
    private static final long CHILD = 32;
    private static final long PARENT = 48;
    private static final long BIN = 56;

    static {
        assert MIN == PREV + Long.BYTES && LINKS_END == BIN + Long.BYTES && TREE_MIN >= LINKS_END;
    }

    private DlChunk() {}

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

    /// Whether a head is that of a chunk in use: C, a multiple of 16, nothing else but P.
    static boolean isUsed(long head) {
        return (head & (C | IDLE | 8)) == C;
    }

    /// Size of the chunk before, if that is free.
    static long prevFoot(long chunk) {
        return Memory.getLong(chunk + PREV_FOOT);
    }

    /// Stores the word before the head.
    static void setPrevFoot(long chunk, long value) {
        Memory.putLong(chunk + PREV_FOOT, value);
    }

    /// Makes it a used chunk of `size` bytes after a used one; the chunk after it learns of that.
    static void setUsed(long chunk, long size) {
        setHead(chunk, size | C | P);
        setHead(chunk + size, head(chunk + size) | P);
    }

    /// As [#setUsed]; whether the chunk before is in use stays as it is.
    static void setUsedKeepingP(long chunk, long size) {
        setHead(chunk, head(chunk) & P | size | C);
        setHead(chunk + size, head(chunk + size) | P);
    }

    /// Makes it a free chunk of `size` bytes, with its size at both ends. The chunk after it must
    /// say P=0 already.
    static void setFree(long chunk, long size) {
        setHead(chunk, size | P);
        setPrevFoot(chunk + size, size);
    }

    /// As [#setFree]; the chunk after it, whose head is given, is told.
    static void setFree(long chunk, long size, long headAfter) {
        setHead(chunk + size, headAfter & ~P);
        setFree(chunk, size);
    }

    // ---- links of free chunks; bin headers are chunks of which only these two words exist ----

    static long next(long chunk) {
        return Memory.getLong(chunk + NEXT);
    }

    static void setNext(long chunk, long next) {
        Memory.putLong(chunk + NEXT, next);
    }

    static long prev(long chunk) {
        return Memory.getLong(chunk + PREV);
    }

    static void setPrev(long chunk, long prev) {
        Memory.putLong(chunk + PREV, prev);
    }

    // ---- trie links ----

    /// The child on a side: 0 smaller, 1 larger. 0 if there is none.
    static long child(long node, long side) {
        return Memory.getLong(node + CHILD + (side << 3));
    }

    static void setChild(long node, long side, long child) {
        Memory.putLong(node + CHILD + (side << 3), child);
    }

    /// The node above; address of the bin's word for a root; 0 for a member of a ring that is no
    /// node.
    static long parent(long node) {
        return Memory.getLong(node + PARENT);
    }

    static void setParent(long node, long parent) {
        Memory.putLong(node + PARENT, parent);
    }

    /// Number of its trie.
    static int bin(long node) {
        return Memory.getInt(node + BIN);
    }

    static void setBin(long node, int bin) {
        Memory.putInt(node + BIN, bin);
    }
}
