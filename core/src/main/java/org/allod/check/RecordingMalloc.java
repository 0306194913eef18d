package org.allod.check;

import org.allod.Layout;
import org.allod.Malloc;

/// Writes the calls of any [Malloc] into a trace: see [RecordingAllocator].
public final class RecordingMalloc extends RecordingAllocator implements Malloc {
    private final Malloc inner;

    RecordingMalloc(Malloc inner, Recorder recorder) {
        super(inner, recorder);
        this.inner = inner;
    }

    @Override
    public void free(long address) {
        recorder.freeing(address);
        inner.free(address);
    }

    @Override
    public long usableSize(long address) {
        return inner.usableSize(address);
    }

    @Override
    public long reallocate(long address, long newSize) {
        if (address == NULL) {
            long block = inner.reallocate(NULL, newSize);
            return recorder.allocated(block, newSize, Layout.DEFAULT_ALIGNMENT);
        }
        Recorder.Live live = recorder.moving(address);
        long block = NULL;
        try {
            block = inner.reallocate(address, newSize);
            return block;
        } finally {
            recorder.moved(live, address, block, newSize);
        }
    }
}
