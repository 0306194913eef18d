package org.allod.ptmalloc;

/// What one arena holds, as of one moment; `malloc_info`'s lines of one heap, and where memory
/// stays.
///
/// `system = used + fast + rest + top + headers`, where the arena's own record and heads are
/// `headers`.
///
/// @param number of the arena
/// @param threads platform threads that use it first
/// @param heaps slices of the region
/// @param systemBytes opened of them
/// @param systemBytesMax the most so far
/// @param usedChunks chunks out of the arena: callers' and caches'
/// @param usedBytes of those
/// @param cachedBytes in the caches of its threads
/// @param fastChunks chunks in fastbins
/// @param fastBytes of those
/// @param restChunks free chunks in bins
/// @param restBytes of those
/// @param topBytes free at the end
/// @param committedBytes of pages that its heaps have
/// @param trimmableBytes of pages that [PtMalloc#trim] would give back now
public record ArenaInfo(
        int number,
        int threads,
        int heaps,
        long systemBytes,
        long systemBytesMax,
        long usedChunks,
        long usedBytes,
        long cachedBytes,
        long fastChunks,
        long fastBytes,
        long restChunks,
        long restBytes,
        long topBytes,
        long committedBytes,
        long trimmableBytes) {

    /// As one line of text, for people.
    @Override
    public String toString() {
        return ("arena %d: %d threads, %d heaps, system %d (max %d), used %d in %d, cached %d,"
                        + " fast %d in %d, rest %d in %d, top %d, committed %d, trimmable %d")
                .formatted(
                        number,
                        threads,
                        heaps,
                        systemBytes,
                        systemBytesMax,
                        usedBytes,
                        usedChunks,
                        cachedBytes,
                        fastBytes,
                        fastChunks,
                        restBytes,
                        restChunks,
                        topBytes,
                        committedBytes,
                        trimmableBytes);
    }
}
