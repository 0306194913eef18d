package org.allod.lab.replay;

/// What a replay writes to each block that it gets, ours and a C library's alike.
public enum Touch {
    /// Nothing: the allocator alone.
    NONE,
    /// First and last byte and one byte a page: what makes memory real.
    PAGE,
    /// Every byte.
    ALL
}
