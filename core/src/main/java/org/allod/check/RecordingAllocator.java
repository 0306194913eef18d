package org.allod.check;

import java.io.IOException;
import java.nio.file.Path;
import org.allod.Allocator;
import org.allod.Layout;
import org.allod.Malloc;

/// Writes the calls of any allocator into a trace, `.trc.gz`, that the lab can replay.
///
/// ```
/// 0 a 0 100          thread 0 allocates block 0, 100 bytes
/// 1 a 1 64 4096      thread 1 allocates block 1, aligned to 4096 (16 is not written)
/// 1 r 0 200          thread 1 resizes block 0
/// 0 f 1              thread 0 frees block 1
/// ```
///
/// Blocks and threads are numbered from 0 as they appear; a number is never used again. The lines
/// are in one legal total order: an `a` or `r` is written after its call returned, an `f` before
/// its call begins. Requests that failed are not in the trace; the comments at its end count them.
///
/// **The file** is written as `NAME.part` and takes its name in [#close]: what has the name is
/// complete. Of a JVM that died the part is left; `zcat` shows all but its last few thousand calls.
/// Where the file can no longer be written the program goes on and [#close] tells.
///
/// Not found here: misuse. A free of a block that was never recorded is passed on and counted.
///
/// Cost: 0.15 to 0.5 us a call, under one lock; about 3 bytes of file a call, 100 B of Java heap a
/// live block. A [Malloc] stays one: [RecordingMalloc]. Threads: as the wrapped one.
public sealed class RecordingAllocator extends PassingAllocator permits RecordingMalloc {
    final Recorder recorder;

    RecordingAllocator(Allocator inner, Recorder recorder) {
        super(inner);
        this.recorder = recorder;
    }

    /// `inner`, recorded.
    ///
    /// @param file takes the trace; one that is there is replaced
    /// @return a [RecordingMalloc] if `inner` is a [Malloc]
    /// @throws IOException if nothing can be written beside `file`
    public static RecordingAllocator of(Allocator inner, Path file) throws IOException {
        if (inner instanceof Malloc malloc) return of(malloc, file);
        return new RecordingAllocator(inner, Recorder.open(file, inner));
    }

    /// As [#of(Allocator, Path)], for those that know it to be a [Malloc].
    ///
    /// @throws IOException if nothing can be written beside `file`
    public static RecordingMalloc of(Malloc inner, Path file) throws IOException {
        return new RecordingMalloc(inner, Recorder.open(file, inner));
    }

    @Override
    public final long allocate(long size, long alignment) {
        return recorder.allocated(inner.allocate(size, alignment), size, alignment);
    }

    @Override
    public final long allocateZeroed(long size, long alignment) {
        return recorder.allocated(inner.allocateZeroed(size, alignment), size, alignment);
    }

    @Override
    public final void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        recorder.freeing(address);
        inner.deallocate(address, size, alignment);
    }

    @Override
    public final long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) {
            long block = inner.reallocate(NULL, size, alignment, newSize);
            return recorder.allocated(block, newSize, alignment);
        }
        Recorder.Live live = recorder.moving(address);
        long block = NULL;
        try {
            block = inner.reallocate(address, size, alignment, newSize);
            return block;
        } finally {
            recorder.moved(live, address, block, newSize);
        }
    }

    /// Closes the wrapped allocator and completes the file.
    ///
    /// @throws java.io.UncheckedIOException if the trace could not be written; once
    @Override
    public final void close() {
        try {
            inner.close();
        } finally {
            recorder.close();
        }
    }
}
