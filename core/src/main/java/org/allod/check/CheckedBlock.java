package org.allod.check;

import org.allod.CorruptHeapError;
import org.allod.memory.Memory;

/// One entry of the shadow map, and the only one who knows how a checked block lies in memory.
///
/// ```
///  base                  address                       address + usable
///   ├──────────┬──────────┼──────────────────────────────┼──────────┬── ... ──┤
///   │ unwatched│ C5 x 16  │ the caller's: AA when fresh, │ C5 x 16  │ left by │
///   │          │          │ 55 once freed                │          │ shrink  │
///   └──────────┴──────────┴──────────────────────────────┴──────────┴── ... ──┘
///    max(16, alignment) B                                             up to base + bytes
/// ```
///
/// Owner thread, or under the lock of its [CheckedAllocator].
final class CheckedBlock {
    /// Watched bytes on either side. Derived: two words, what one 16 B store too many can hit.
    static final long CANARY_BYTES = 16;

    /// Fill of canaries. Not zero, no ASCII, odd: what programs write by mistake differs.
    static final byte CANARY = (byte) 0xC5;

    /// Fills of fresh and of freed blocks. Source: `memsys5` of SQLite, `mem5.c`.
    static final byte FRESH = (byte) 0xAA;

    static final byte FREED = (byte) 0x55;

    /// Where the block starts for its owner.
    final long address;

    /// As asked for.
    final long alignment;

    /// What the wrapped allocator was asked for.
    final long bytes;

    private final Stack allocated;
    private Stack freed;
    private boolean isFreed;
    private long size;

    CheckedBlock(long base, long size, long alignment, Stack allocated) {
        this.address = base + front(alignment);
        this.size = size;
        this.alignment = alignment;
        this.bytes = bytesFor(size, alignment);
        this.allocated = allocated;
    }

    /// Bytes to ask the wrapped allocator for, or -1: more than a long can say.
    static long bytesFor(long size, long alignment) {
        long extra = front(alignment) + CANARY_BYTES;
        return size < 0 || size > Long.MAX_VALUE - extra ? -1 : extra + Math.max(1, size);
    }

    private static long front(long alignment) {
        return Math.max(CANARY_BYTES, alignment);
    }

    /// As asked for, last.
    long size() {
        return size;
    }

    /// Bytes that the owner may touch: a size of 0 acts as 1.
    long usable() {
        return Math.max(1, size);
    }

    /// What the wrapped allocator gave out.
    long base() {
        return address - front(alignment);
    }

    boolean isFreed() {
        return isFreed;
    }

    boolean contains(long other) {
        return other - base() >= 0 && other - base() < bytes;
    }

    // ---- bytes ----

    /// Writes the canaries and, on demand, the fill of fresh blocks.
    void paint(boolean fill) {
        Memory.fill(address - CANARY_BYTES, CANARY_BYTES, CANARY);
        if (fill) Memory.fill(address, usable(), FRESH);
        Memory.fill(address + usable(), CANARY_BYTES, CANARY);
    }

    /// Makes it smaller where it lies.
    void shrink(long newSize) {
        size = newSize;
        Memory.fill(address + usable(), CANARY_BYTES, CANARY);
    }

    /// Marks it freed and fills it.
    void retire(Stack stack) {
        isFreed = true;
        freed = stack;
        Memory.fill(address, usable(), FREED);
    }

    /// Throws unless the bytes beside it, and its own if it is freed, are as they were left.
    void check() {
        check(-CANARY_BYTES, CANARY_BYTES, CANARY, "written before its start");
        check(usable(), CANARY_BYTES, CANARY, "written past its end");
        if (isFreed) check(0, usable(), FREED, "written after it was freed");
    }

    private void check(long offset, long length, byte expected, String what) {
        long wrong = Memory.mismatch(address + offset, length, expected);
        if (wrong < 0) return;
        long found = Memory.getByte(address + offset + wrong) & 0xFF;
        throw error(
                "byte %d of %s is 0x%02x, expected 0x%02x: %s"
                        .formatted(offset + wrong, this, found, expected & 0xFF, what));
    }

    // ---- words ----

    /// Throws unless the layout is that of the last (re)allocation.
    ///
    /// @param alignmentCounts whether a wrong alignment is wrong
    void checkLayout(long givenSize, long givenAlignment, boolean alignmentCounts) {
        boolean sameSize = givenSize == size || (givenSize | size) == 1; // 0 acts as 1
        if (sameSize && (givenAlignment == alignment || !alignmentCounts)) return;
        throw error(
                "size=%d, alignment=%d, expected the layout of %s"
                        .formatted(givenSize, givenAlignment, this));
    }

    CorruptHeapError freedTwice() {
        return error("%s was freed twice".formatted(this));
    }

    CorruptHeapError freedInside(long inner) {
        return new CorruptHeapError(
                CheckedAllocator.NAME,
                inner,
                "byte %d of %s, expected its first one%s"
                        .formatted(inner - address, this, history()));
    }

    CorruptHeapError error(String check) {
        return new CorruptHeapError(CheckedAllocator.NAME, address, check + history());
    }

    private String history() {
        String text = allocated == null ? "" : "\n  allocated" + allocated;
        return freed == null ? text : text + "\n  freed" + freed;
    }

    @Override
    public String toString() {
        return "the %sblock of %d B, alignment %d, at 0x%x"
                .formatted(isFreed ? "freed " : "", size, alignment, address);
    }
}
