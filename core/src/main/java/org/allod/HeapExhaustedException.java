package org.allod;

/// There is no room for a request. Thrown by `Heap` and the owners; an [Allocator] answers `NULL`.
///
/// Not an [OutOfMemoryError]: handlers take that for the end of the whole JVM.
public final class HeapExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @serial bytes asked for
    private final long size;

    /// @serial alignment asked for
    private final long alignment;

    /// @param size bytes asked for
    /// @param alignment asked for
    public HeapExhaustedException(long size, long alignment) {
        this(size, alignment, "no room");
    }

    /// @param size bytes asked for
    /// @param alignment asked for
    /// @param why what stood in the way, for the message
    public HeapExhaustedException(long size, long alignment, String why) {
        super("size=" + size + ", alignment=" + alignment + ": " + why);
        this.size = size;
        this.alignment = alignment;
    }

    /// Bytes asked for.
    public long size() {
        return size;
    }

    /// Alignment asked for.
    public long alignment() {
        return alignment;
    }
}
