package org.allod.ptmalloc;

/// What C's `mallinfo2` tells, over all arenas.
///
/// As in glibc, blocks in threads' caches count as in use.
///
/// @param arena bytes of heaps opened
/// @param ordblks free chunks, top ones included, fastbins not
/// @param smblks chunks in fastbins
/// @param hblks direct runs
/// @param hblkhd bytes of those
/// @param usmblks always 0
/// @param fsmblks bytes in fastbins
/// @param uordblks bytes in use
/// @param fordblks bytes free, fastbins and top included
/// @param keepcost bytes of the first arena's top
public record MallInfo2(
        long arena,
        long ordblks,
        long smblks,
        long hblks,
        long hblkhd,
        long usmblks,
        long fsmblks,
        long uordblks,
        long fordblks,
        long keepcost) {}
