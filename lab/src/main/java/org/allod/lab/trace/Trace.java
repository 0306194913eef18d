package org.allod.lab.trace;

/// A program's allocations, in one legal total order, as columns.
///
/// ```
///   i            0    1    2    3
///   operation    a    a    r    f
///   id           0    7    0    7      as the file names the block
///   slot         0    1    0    1      dense; a slot is used again once its block is freed
///   size        64   10  128    0      bytes asked for
///   alignment    0   32    0    0      0: none named
///   thread       0    0    1    1      dense, by first appearance
/// ```
///
/// Every `r` and `f` names a slot that is live, so a player needs no checks. The arrays are not
/// copied: nobody writes to them once the trace is made. Any thread.
///
/// @param name short name for people: the file's without its folder and endings
/// @param operations [#ALLOCATE], [#REALLOCATE] or [#FREE]
/// @param ids as the file names the blocks
/// @param slots dense numbers from 0 to `slotCount` - 1; live blocks never share one
/// @param sizes bytes asked for by `a` and `r`, at least 0; 0 for `f`
/// @param alignments asked for by `a`, a power of two, or 0 where the file names none
/// @param threads dense numbers from 0 to `threadCount` - 1
/// @param slotCount how many slots there are
/// @param threadCount how many threads there are, at least 1
/// @param notes what the reader wants to tell people, such as skipped lines; mostly empty
public record Trace(
        String name,
        byte[] operations,
        long[] ids,
        int[] slots,
        long[] sizes,
        long[] alignments,
        int[] threads,
        int slotCount,
        int threadCount,
        java.util.List<String> notes) {

    /// A block comes into being.
    public static final byte ALLOCATE = 'a';

    /// A live block changes its size and may move.
    public static final byte REALLOCATE = 'r';

    /// A live block ends.
    public static final byte FREE = 'f';

    /// Number of operations.
    public int length() {
        return operations.length;
    }
}
