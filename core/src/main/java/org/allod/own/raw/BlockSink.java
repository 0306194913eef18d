package org.allod.own.raw;

/// Where blocks go that are done: to their allocator, or to a list for another thread.
@FunctionalInterface
public interface BlockSink {
    /// Takes a block, which is not used any more.
    ///
    /// @param size in bytes, as it was allocated
    /// @param alignment as it was allocated
    void free(long address, long size, long alignment);
}
