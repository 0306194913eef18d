package org.allod.dlmalloc;

/// What C's `mallinfo` tells of a heap, under its names. All but `ordblks` are bytes.
///
/// @param arena bytes of the heap, direct page runs aside
/// @param ordblks number of free blocks, the end of the heap included
/// @param hblkhd bytes of direct page runs
/// @param usmblks largest footprint so far
/// @param uordblks bytes in use: footprint less free ones
/// @param fordblks bytes free
/// @param keepcost bytes at the end of the heap that a trim could give back
public record MallInfo(
        long arena,
        long ordblks,
        long hblkhd,
        long usmblks,
        long uordblks,
        long fordblks,
        long keepcost) {}
