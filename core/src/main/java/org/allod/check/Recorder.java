package org.allod.check;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPOutputStream;
import org.allod.Allocator;
import org.allod.Layout;

/// Numbers blocks and threads and writes the lines of one trace. Any thread, locks.
///
/// The order of the lines is that in which threads get the lock: after an allocation has returned,
/// before a free begins. An address is forgotten before it is freed, so that whoever gets it next
/// finds it unknown.
final class Recorder {
    /// Bytes gathered before they are compressed. Derived: some thousand lines.
    private static final int BUFFER_BYTES = 1 << 16;

    /// Longest line. Derived: a thread, an id, a size and an alignment of up to 19 digits each,
    /// their separators, the letter.
    private static final int LINE_BYTES_MAX = 4 * 19 + 6;

    private final Path file;
    private final Path part;
    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    /// Id and size of live blocks by address.
    private final Map<Long, Live> live = new HashMap<>();

    /// Numbers die with their threads: a map by thread id would grow without end.
    private final ThreadLocal<Long> threads = new ThreadLocal<>();

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;
    private long nextId;
    private long nextThread;
    private long reallocations;
    private long frees;
    private long failures;
    private long strangers;
    private long bytes;
    private long bytesPeak;
    private long blocksPeak;
    private IOException trouble;
    private boolean closed;

    /// A block: its number and its size now.
    record Live(long id, long size) {}

    /// @param out takes the text
    Recorder(Path file, Path part, OutputStream out) {
        this.file = file;
        this.part = part;
        this.out = out;
    }

    static Recorder open(Path file, Allocator inner) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a directory, expected a file to write to");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        // Sync flush: what was written can be read even where the end is missing.
        OutputStream raw = new BufferedOutputStream(Files.newOutputStream(part));
        Recorder recorder = new Recorder(file, part, new GZIPOutputStream(raw, 8192, true));
        recorder.comment("program: Java " + Runtime.version());
        recorder.comment("recorder: RecordingAllocator over " + inner.getClass().getSimpleName());
        recorder.comment("columns: tid op id [size [align]]");
        if (recorder.trouble != null) throw recorder.trouble;
        return recorder;
    }

    // ---- calls ----

    /// @return `address`
    long allocated(long address, long size, long alignment) {
        lock.lock();
        try {
            if (address == Allocator.NULL) {
                failures++;
                return address;
            }
            long id = nextId++;
            live.put(address, new Live(id, size));
            grow(size);
            line('a', id);
            number(' ', size);
            if (alignment != Layout.DEFAULT_ALIGNMENT) number(' ', alignment);
            end();
            return address;
        } finally {
            lock.unlock();
        }
    }

    void freeing(long address) {
        if (address == Allocator.NULL) return;
        lock.lock();
        try {
            Live block = live.remove(address);
            if (block == null) {
                strangers++;
                return;
            }
            frees++;
            bytes -= block.size;
            line('f', block.id);
            end();
        } finally {
            lock.unlock();
        }
    }

    /// A block may be about to move: its address is somebody else's from now on.
    ///
    /// @return what [#moved] needs; null for a block that is not known
    Live moving(long address) {
        lock.lock();
        try {
            return live.remove(address);
        } finally {
            lock.unlock();
        }
    }

    /// What came of it.
    ///
    /// @param block what [#moving] answered
    /// @param target the block's new address, or `NULL`: it is still where it was
    void moved(Live block, long source, long target, long size) {
        lock.lock();
        try {
            if (target == Allocator.NULL) {
                failures++;
                if (block != null) live.put(source, block);
                return;
            }
            long id = block == null ? nextId++ : block.id;
            if (block == null) strangers++;
            else reallocations++;
            live.put(target, new Live(id, size));
            grow(block == null ? size : size - block.size);
            line(block == null ? 'a' : 'r', id);
            number(' ', size);
            end();
        } finally {
            lock.unlock();
        }
    }

    private void grow(long more) {
        bytes += more;
        bytesPeak = Math.max(bytesPeak, bytes);
        blocksPeak = Math.max(blocksPeak, live.size());
    }

    // ---- lines; under the lock ----

    private void line(char operation, long id) {
        Long thread = threads.get();
        if (thread == null) threads.set(thread = nextThread++);
        if (BUFFER_BYTES - used < LINE_BYTES_MAX) drain();
        digits(thread);
        buffer[used++] = ' ';
        buffer[used++] = (byte) operation;
        number(' ', id);
    }

    private void number(char before, long value) {
        buffer[used++] = (byte) before;
        digits(value);
    }

    private void digits(long value) {
        int start = used;
        for (long rest = value; rest != 0 || used == start; rest /= 10) {
            buffer[used++] = (byte) ('0' + rest % 10);
        }
        for (int left = start, right = used - 1; left < right; left++, right--) {
            byte swapped = buffer[left];
            buffer[left] = buffer[right];
            buffer[right] = swapped;
        }
    }

    private void end() {
        buffer[used++] = '\n';
    }

    /// Writes what is gathered, unless writing failed before.
    private void drain() {
        write(buffer, used);
        used = 0;
    }

    private void write(byte[] text, int length) {
        if (trouble != null || closed) return;
        try {
            out.write(text, 0, length);
            out.flush();
        } catch (IOException thrown) {
            trouble = thrown;
        }
    }

    private void comment(String text) {
        byte[] line = ("# " + text + "\n").getBytes(StandardCharsets.UTF_8);
        write(line, line.length);
    }

    /// Completes the file and gives it its name. Twice is once.
    ///
    /// @throws UncheckedIOException what went wrong first
    void close() {
        lock.lock();
        try {
            if (closed) return;
            drain();
            summary();
            closed = true;
            finish();
        } finally {
            lock.unlock();
        }
    }

    private void summary() {
        long allocations = nextId;
        long operations = allocations + reallocations + frees;
        comment(
                "ops: %d  allocs: %d  reallocs: %d  frees: %d  ids: %d"
                        .formatted(operations, allocations, reallocations, frees, nextId));
        comment("threads: " + nextThread);
        comment("peak-live-bytes: " + bytesPeak + "  peak-live-blocks: " + blocksPeak);
        comment("live-at-end-blocks: " + live.size() + "  live-at-end-bytes: " + bytes);
        comment("failures: " + failures + "  of-unknown: " + strangers);
    }

    private void finish() {
        try (out) {
            if (trouble != null) throw trouble;
        } catch (IOException thrown) {
            throw new UncheckedIOException("trace " + file + " is not complete", thrown);
        }
        try {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException thrown) {
            throw new UncheckedIOException("trace " + part + " cannot be renamed", thrown);
        }
    }
}
