package org.allod.check;

import org.allod.Layout;
import org.allod.Malloc;

/// Finds misuse of any [Malloc]: see [CheckedAllocator].
///
/// Stricter than C in two ways: [#usableSize] is what was asked for and no byte more, and sizes
/// given to `deallocate` must be exact. Alignments given there are ignored, as the family allows.
public final class CheckedMalloc extends CheckedAllocator implements Malloc {

    CheckedMalloc(Malloc inner, Options options) {
        super(inner, options);
    }

    @Override
    public void free(long address) {
        release(address);
    }

    /// The size asked for last; 1 for a size of 0.
    @Override
    public long usableSize(long address) {
        checkOpen();
        return live(address).usable();
    }

    @Override
    public long reallocate(long address, long newSize) {
        checkOpen();
        if (address == NULL) return allocate(newSize, Layout.DEFAULT_ALIGNMENT);
        return move(live(address), Layout.DEFAULT_ALIGNMENT, newSize);
    }
}
