package org.allod.lab.result;

/// The heap at the moment when most was live, as a row of equal cells from the region's base on.
///
/// ```
///   cell           0        1        2        3
///   used bytes   │ 4096 │  1024 │     0  │  0    │
///   free bytes   │    0 │  3072 │  4096  │  0    │
///   overhead     │    0 │     0 │     0  │ 4096  │   never carved, headers, tables
///   committed    │ yes  │  yes  │   no   │  no   │
/// ```
///
/// The map ends with the last cell that is used or committed.
///
/// @param operation after which it was taken
/// @param cellBytes bytes that a cell stands for; a power of two, at least 64
/// @param used bytes of each cell in live blocks
/// @param cached bytes of each cell in threads' caches
/// @param free bytes of each cell in free blocks
/// @param committed whether the cell's first page was committed
public record HeapMap(
        long operation,
        long cellBytes,
        int[] used,
        int[] cached,
        int[] free,
        boolean[] committed) {}
