package org.allod.heap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.check.CheckedAllocator;
import org.allod.check.RecordingAllocator;

/// Chooses how a [Heap] is made: [Heap#builder].
///
/// ```java
/// Heap heap = Heap.builder().limit(64 << 20).tracking(Heap.Tracking.SITES).open();
/// ```
///
/// Owner thread only; makes one heap.
public final class HeapBuilder {
    /// Address space of a heap for which nothing else was said: 16 GiB, a thousandth of what a
    /// process has on today's machines. Where it is refused, half of it, and so on to the least.
    private static final long RESERVE_BYTES = 16L << 30;

    private static final long RESERVE_BYTES_LEAST = 64L << 20;

    /// Below it jemalloc leaves more in slabs, of which each size has its own, than it packs
    /// better: of 1 MiB it fills 63 % with blocks of up to 8 KiB, of 2 MiB 80 %, a buddy 74 % of
    /// either, dlmalloc 97 %. Tuned: docs/decisions/0022-heap-opens-jemalloc.md.
    private static final long JEMALLOC_BYTES_MIN = 2L << 20;

    private Function<? super Region, ? extends Allocator> allocator = HeapBuilder::byDefault;
    private Region region;
    private long reserveBytes;
    private long limitBytes = Long.MAX_VALUE;
    private boolean checked;
    private Path recordFile;
    private Heap.Tracking tracking = Heap.Tracking.OFF;
    private Consumer<? super LeakReport> onLeak = HeapBuilder::warn;

    HeapBuilder() {}

    /// The algorithm, by its name in [Allocators]. Default: `jemalloc`; where region or limit are
    /// below 2 MiB `dlmalloc`, which packs little memory best, under a lock.
    ///
    /// @throws IllegalArgumentException if there is none of that name; the message lists them
    public HeapBuilder allocator(String name) {
        return allocator(Allocators.named(name).constructor());
    }

    /// An algorithm of yours. What is not thread-safe is put under a lock.
    ///
    /// @param constructor makes one over a region, which then belongs to it
    public HeapBuilder allocator(Function<? super Region, ? extends Allocator> constructor) {
        this.allocator = Objects.requireNonNull(constructor, "constructor");
        return this;
    }

    /// Where the memory comes from; closed with the heap. Default: reserved address space.
    public HeapBuilder region(Region region) {
        this.region = Objects.requireNonNull(region, "region");
        return this;
    }

    /// How much address space to set aside, where no region is given. Default: 16 GiB, or what the
    /// system gives.
    ///
    /// @throws IllegalArgumentException if `bytes` is not positive
    public HeapBuilder reserve(long bytes) {
        if (bytes <= 0) throw new IllegalArgumentException("bytes=" + bytes + ", expected above 0");
        this.reserveBytes = bytes;
        return this;
    }

    /// Bounds the bytes of pages that the heap may hold. Default: what the region has.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative
    public HeapBuilder limit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + ", expected at least 0");
        }
        this.limitBytes = bytes;
        return this;
    }

    /// Whether misuse is looked for: [CheckedAllocator], with stacks if sites are tracked.
    /// Default: no.
    public HeapBuilder checked(boolean wanted) {
        this.checked = wanted;
        return this;
    }

    /// Writes all calls into a trace: [RecordingAllocator]. Default: none.
    ///
    /// @param file takes the trace, complete once the heap is closed
    public HeapBuilder record(Path file) {
        this.recordFile = Objects.requireNonNull(file, "file");
        return this;
    }

    /// What is remembered of each block. Default: its size.
    public HeapBuilder tracking(Heap.Tracking level) {
        this.tracking = Objects.requireNonNull(level, "level");
        return this;
    }

    /// Who is told, once a site, of blocks that are live when the heap is closed. Default: a
    /// warning to the [System.Logger] `org.allod.heap`.
    public HeapBuilder onLeak(Consumer<? super LeakReport> listener) {
        this.onLeak = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /// The heap.
    ///
    /// @throws HeapExhaustedException if the system has not so much address space, or the limit
    ///     leaves no room for what the allocator has to write down
    /// @throws IllegalArgumentException if the region is too small for the allocator
    /// @throws UncheckedIOException if the trace cannot be written
    public Heap open() {
        if (region != null) return over(region);
        if (reserveBytes != 0) return reserved(reserveBytes);
        for (long bytes = RESERVE_BYTES; ; bytes /= 2) {
            try {
                return reserved(bytes);
            } catch (HeapExhaustedException refused) {
                if (bytes <= RESERVE_BYTES_LEAST) throw refused;
            }
        }
    }

    /// A heap with address space of its own, and the allocator's tables beside that.
    private Heap reserved(long bytes) {
        Region memory = Region.reserved(bytes);
        try {
            return over(memory);
        } catch (Throwable thrown) {
            memory.close();
            throw thrown;
        }
    }

    private Heap over(Region memory) {
        memory.limit(limitBytes);
        return new Heap(memory, wrapped(allocator.apply(memory)), tracking, onLeak);
    }

    private static Allocator byDefault(Region memory) {
        boolean small = Math.min(memory.bytes(), memory.limit()) < JEMALLOC_BYTES_MIN;
        return Allocators.named(small ? "dlmalloc" : "jemalloc").open(memory);
    }

    private Allocator wrapped(Allocator heap) {
        if (!heap.threadSafe()) heap = LockedAllocator.of(heap);
        if (checked) {
            boolean stacks = tracking == Heap.Tracking.SITES;
            heap = CheckedAllocator.of(heap, CheckedAllocator.Options.DEFAULT.stacks(stacks));
        }
        if (recordFile == null) return heap;
        try {
            return RecordingAllocator.of(heap, recordFile);
        } catch (IOException thrown) {
            throw new UncheckedIOException("record=" + recordFile + " cannot be written", thrown);
        }
    }

    private static void warn(LeakReport leak) {
        String hint =
                leak.isSiteKnown() ? "" : "; Heap.builder().tracking(SITES) tells who allocated";
        // Not in a field: loading the logging takes 25 ms, and most heaps do not leak.
        System.getLogger("org.allod.heap")
                .log(System.Logger.Level.WARNING, "leak at the close of a heap: " + leak + hint);
    }
}
