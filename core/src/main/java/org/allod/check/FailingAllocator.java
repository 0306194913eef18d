package org.allod.check;

/// Stand-in.
public final class FailingAllocator {
    private FailingAllocator() {}
}
