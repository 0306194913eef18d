package org.allod;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.memory.Memory;
import org.allod.memory.VirtualMemory;

/// Where an allocator's memory comes from: a range of addresses whose pages come and go.
///
/// ```
///  base                                                             limit()
///   ├──────────┬──────────┬──────────┬──────────┬─── ... ───┬──────────┤
///   │ committed│ committed│  not     │ committed│    not    │   not    │
///   └──────────┴──────────┴──────────┴──────────┴─── ... ───┴──────────┘
///        1          1          0          1           0          0        one bit a page
/// ```
///
/// - *reserved*: address space set aside; its base is a multiple of the power of two at or above
///   its size (at most 1 GiB). A page costs memory while it is committed.
/// - *fixed*: a native segment of yours, like a kernel's static array; its pages are counted but
///   never given back. The region keeps the segment reachable.
/// - *mapped file*: scratch larger than memory. Blocks and links in it are absolute, so it does not
///   outlive the process.
///
/// A region belongs to the allocator that it is given to. [#close] gives the memory back at once;
/// the addresses are unmapped when nobody can reach the region any more, so that a late call of a
/// careless user meets zeros and an exception, not the end of the JVM.
///
/// Committing what is committed costs a bit test a page. Threads: any; locks where pages change.
public final class Region implements AutoCloseable {

    /// Largest power of two that a reserved region's base is aligned to.
    public static final long MAX_BASE_ALIGNMENT = 1L << 30;

    private static final VirtualMemory SYSTEM = VirtualMemory.system();
    private static final Cleaner CLEANER = Cleaner.create();

    private final RegionBacking backing;
    private final long base;
    private final long bytes;

    /// One bit an OS page, from the page in which `base` lies.
    private final long[] committedPages;

    private final int pageShift;
    private final long firstPage;

    private final ReentrantLock lock = new ReentrantLock();
    private volatile long pagesCommitted;
    private volatile long pagesCommittedMax;
    private volatile long commitLimit = Long.MAX_VALUE;
    private volatile boolean closed;

    private Region(RegionBacking backing) {
        this.backing = backing;
        this.base = backing.base();
        this.bytes = backing.bytes();
        this.pageShift = Long.numberOfTrailingZeros(SYSTEM.pageSize());
        this.firstPage = base >>> pageShift;
        long pages = ((base + bytes - 1) >>> pageShift) - firstPage + 1;
        this.committedPages = new long[Math.toIntExact((pages + 63) >>> 6)];
    }

    /// Address space of its own.
    ///
    /// @param bytes at least 1; rounded up to OS pages
    /// @throws IllegalArgumentException if `bytes` is not positive
    /// @throws HeapExhaustedException if the system has not so much address space
    public static Region reserved(long bytes) {
        if (bytes <= 0) throw new IllegalArgumentException("bytes=" + bytes + ", expected above 0");
        long power = bytes > 1L << 62 ? MAX_BASE_ALIGNMENT : ceilingPowerOfTwo(bytes);
        long alignment = Math.max(SYSTEM.pageSize(), Math.min(power, MAX_BASE_ALIGNMENT));
        VirtualMemory.Reservation range = SYSTEM.reserve(bytes, alignment);
        if (range == null) {
            throw new HeapExhaustedException(
                    bytes, alignment, "the operating system refuses the address space");
        }
        Region region = new Region(new RegionBacking.Reserved(range, SYSTEM));
        CLEANER.register(region, () -> SYSTEM.release(range));
        return region;
    }

    /// A segment of yours, used as it is.
    ///
    /// @param segment native, writable, alive, not empty; for the thread that will allocate
    /// @throws IllegalArgumentException if it is not
    public static Region fixed(MemorySegment segment) {
        return new Region(RegionBacking.Fixed.of(segment));
    }

    /// A file of `bytes` bytes, made if it is missing, mapped into memory.
    ///
    /// @param bytes at least 1; rounded up to OS pages
    /// @throws IllegalArgumentException if `bytes` is not positive
    /// @throws IOException if the file cannot be made, sized and mapped
    public static Region mapped(Path file, long bytes) throws IOException {
        if (bytes <= 0) throw new IllegalArgumentException("bytes=" + bytes + ", expected above 0");
        return new Region(RegionBacking.MappedFile.of(file, bytes, SYSTEM));
    }

    private static long ceilingPowerOfTwo(long value) {
        return value == 1 ? 1 : Long.highestOneBit(value - 1) << 1;
    }

    // ---- what it is ----

    /// Its first address.
    public long base() {
        return base;
    }

    /// Its size.
    public long bytes() {
        return bytes;
    }

    /// The first address after it.
    public long end() {
        return base + bytes;
    }

    /// Whether the address lies in it.
    public boolean contains(long address) {
        return address - base >= 0 && address - base < bytes;
    }

    /// Whether a load from the address is safe and it lies in it: in committed memory where
    /// touching any other would end the JVM.
    public boolean isReadable(long address) {
        return contains(address) && (backing.lazy() || isCommitted(address));
    }

    /// Size of an OS page.
    public static long pageSize() {
        return SYSTEM.pageSize();
    }

    /// Bytes of committed pages now.
    public long committed() {
        return Math.min(bytes, pagesCommitted << pageShift);
    }

    /// Largest number of committed bytes so far.
    public long committedMax() {
        return Math.min(bytes, pagesCommittedMax << pageShift);
    }

    /// Whether the page of the address is committed. The address must lie in the region.
    public boolean isCommitted(long address) {
        return isCommittedPage((address >>> pageShift) - firstPage);
    }

    /// Whether pages come into being as they are touched, so that committing is counting.
    public boolean isLazy() {
        return backing.lazy();
    }

    /// Bytes of it that are in memory now by the system's own account, or -1 where that is not
    /// told.
    public long resident() {
        return SYSTEM.resident(base, bytes);
    }

    // ---- what it may hold ----

    /// Most bytes that may be committed at once.
    public long limit() {
        return commitLimit;
    }

    /// Sets [#limit]. What is committed stays, also above it.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative
    public void limit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + ", expected at least 0");
        }
        commitLimit = bytes;
    }

    // ---- pages ----

    /// Makes the pages of a range usable. Nothing happens to those that are.
    ///
    /// @param address in the region
    /// @param length at least 1; the range ends in the region
    /// @return false, and nothing done, where limit or system leave no room
    /// @throws IllegalStateException after [#close], or when a fixed segment is no longer alive
    public boolean commit(long address, long length) {
        long first = (address >>> pageShift) - firstPage;
        long last = ((address + length - 1) >>> pageShift) - firstPage;
        return countMissing(first, last) == 0 || commitMissing(first, last);
    }

    /// As [#commit]; the range is zero afterwards. Fresh pages are not written to.
    ///
    /// Where it answers false the pages that were committed may be zero nevertheless.
    public boolean commitZeroed(long address, long length) {
        long end = address + length;
        long pageBytes = 1L << pageShift;
        for (long from = address, to; from < end; from = to) {
            to = Math.min(end, (from & -pageBytes) + pageBytes);
            if (!backing.zeroWhenFresh() || isCommitted(from)) {
                Memory.fill(from, to - from, (byte) 0);
            }
        }
        return commit(address, length);
    }

    /// Gives back the pages that lie wholly in a range. Their contents are lost.
    ///
    /// @return bytes given back; 0 for a fixed region
    /// @throws IllegalStateException after [#close]
    public long decommit(long address, long length) {
        long first = ((address + (1L << pageShift) - 1) >>> pageShift) - firstPage;
        long end = ((address + length) >>> pageShift) - firstPage;
        lock.lock();
        try {
            if (closed) throw closed();
            long pages = 0;
            for (long page = first; page < end; ) {
                long runEnd = endOfRun(page, end);
                if (isCommittedPage(page)
                        && backing.decommit(addressOf(page), bytesOf(page, runEnd))) {
                    clear(page, runEnd);
                    pages += runEnd - page;
                }
                page = runEnd;
            }
            pagesCommitted -= pages;
            return pages << pageShift;
        } finally {
            lock.unlock();
        }
    }

    /// Throws unless the memory is still there.
    ///
    /// @throws IllegalStateException after [#close], or when a fixed segment is no longer alive
    public void checkAlive() {
        if (closed) throw closed();
        if (!backing.isAlive()) {
            throw new IllegalStateException(
                    "the segment of a fixed region was closed, expected it to outlive its"
                            + " allocator");
        }
    }

    /// Gives all memory back. Twice is once. No thread may use the region's memory any more.
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            backing.close();
            Arrays.fill(committedPages, 0);
            pagesCommitted = 0;
        } finally {
            lock.unlock();
        }
    }

    // ---- cold ----

    private boolean commitMissing(long first, long last) {
        lock.lock();
        try {
            checkAlive();
            long missing = countMissing(first, last);
            long after = pagesCommitted + missing;
            if (after << pageShift > commitLimit && missing != 0) return false;
            for (long page = first; page <= last; ) {
                long runEnd = endOfRun(page, last + 1);
                if (!isCommittedPage(page)) {
                    if (!backing.commit(addressOf(page), bytesOf(page, runEnd))) return false;
                    set(page, runEnd);
                    pagesCommitted += runEnd - page;
                }
                page = runEnd;
            }
            pagesCommittedMax = Math.max(pagesCommittedMax, pagesCommitted);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Pages of `[first, last]` whose bit is clear.
    private long countMissing(long first, long last) {
        int firstWord = (int) (first >>> 6);
        int lastWord = (int) (last >>> 6);
        long head = -1L << first;
        long tail = -1L >>> ~last;
        if (firstWord == lastWord) return Long.bitCount(~committedPages[firstWord] & head & tail);
        long missing = Long.bitCount(~committedPages[firstWord] & head);
        for (int word = firstWord + 1; word < lastWord; word++) {
            missing += Long.bitCount(~committedPages[word]);
        }
        return missing + Long.bitCount(~committedPages[lastWord] & tail);
    }

    private boolean isCommittedPage(long page) {
        return (committedPages[(int) (page >>> 6)] & 1L << page) != 0;
    }

    /// First page after `page` and before `end` whose bit differs from that of `page`, or `end`.
    private long endOfRun(long page, long end) {
        boolean committed = isCommittedPage(page);
        long at = page + 1;
        while (at < end) {
            long word = committedPages[(int) (at >>> 6)];
            long differs = (committed ? ~word : word) >>> at;
            if (differs != 0) return Math.min(end, at + Long.numberOfTrailingZeros(differs));
            at = (at | 63) + 1;
        }
        return end;
    }

    private void set(long page, long end) {
        for (; page < end; page++) committedPages[(int) (page >>> 6)] |= 1L << page;
    }

    private void clear(long page, long end) {
        for (; page < end; page++) committedPages[(int) (page >>> 6)] &= ~(1L << page);
    }

    private long addressOf(long page) {
        return (firstPage + page) << pageShift;
    }

    private long bytesOf(long page, long end) {
        return (end - page) << pageShift;
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("region is closed, expected an open one");
    }
}
