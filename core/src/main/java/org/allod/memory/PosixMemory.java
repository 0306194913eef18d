package org.allod.memory;

import static org.allod.memory.Downcalls.INT;
import static org.allod.memory.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// `mmap` and its family. Linux x86-64 is tested; macOS is written from its manual pages.
///
/// A range is mapped readable and writable at once, without swap being reserved for it. Where that
/// is refused (`vm.overcommit_memory=2`) it is mapped without access, and commit is `mprotect`.
final class PosixMemory implements VirtualMemory {
    /// The numbers in which the systems differ. Source: `mman.h` of each.
    ///
    /// @param anonymous `MAP_ANON`
    /// @param noReserve `MAP_NORESERVE`
    /// @param discard the advice after which private pages read as zero, or -1
    /// @param punch the advice that frees pages of a shared file, or -1
    /// @param pageSizeName `_SC_PAGESIZE`
    record Numbers(int anonymous, int noReserve, int discard, int punch, int pageSizeName) {}

    static final Numbers LINUX = new Numbers(0x20, 0x4000, 4, 9, 30);
    static final Numbers MACOS = new Numbers(0x1000, 0x40, -1, -1, 29);

    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final long FAILED = -1;

    /// Pages that one `mincore` call looks at: 1 MiB of the answer's bytes.
    private static final long RESIDENT_STEP_PAGES = 1 << 20;

    private static final SymbolLookup LIBC = Linker.nativeLinker().defaultLookup();
    private static final MethodHandle MMAP =
            Downcalls.of(
                    LIBC, "mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final MethodHandle MUNMAP =
            Downcalls.of(LIBC, "munmap", FunctionDescriptor.of(INT, LONG, LONG));
    private static final MethodHandle MPROTECT =
            Downcalls.of(LIBC, "mprotect", FunctionDescriptor.of(INT, LONG, LONG, INT));
    private static final MethodHandle MADVISE =
            Downcalls.of(LIBC, "madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));
    private static final MethodHandle MINCORE =
            Downcalls.of(
                    LIBC, "mincore", FunctionDescriptor.of(INT, LONG, LONG, ValueLayout.ADDRESS));
    private static final MethodHandle SYSCONF =
            Downcalls.of(LIBC, "sysconf", FunctionDescriptor.of(LONG, INT));

    private final Numbers numbers;
    private final long pageSize;

    PosixMemory(Numbers numbers) {
        this.numbers = numbers;
        try {
            this.pageSize = (long) SYSCONF.invokeExact(numbers.pageSizeName);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    @Override
    public Reservation reserve(long bytes, long alignment) {
        if (bytes > Long.MAX_VALUE / 4 || alignment > Long.MAX_VALUE / 4) return null;
        long size = (bytes + pageSize - 1) & -pageSize;
        int flags = MAP_PRIVATE | numbers.anonymous | numbers.noReserve;
        long base = mapAligned(size, alignment, PROT_READ_WRITE, flags);
        if (base != FAILED) return new Reservation(base, size, true);
        base = mapAligned(size, alignment, PROT_NONE, flags);
        return base == FAILED ? null : new Reservation(base, size, false);
    }

    /// Maps more than is asked for and cuts the ends off, so that the base is aligned.
    private long mapAligned(long size, long alignment, int protection, int flags) {
        long slack = Math.max(0, alignment - pageSize);
        long start = map(0, size + slack, protection, flags);
        if (start == FAILED || slack == 0) return start;
        long base = (start + alignment - 1) & -alignment;
        if (base > start) unmap(start, base - start);
        long end = start + size + slack;
        if (end > base + size) unmap(base + size, end - (base + size));
        return base;
    }

    @Override
    public boolean commit(long address, long bytes) {
        try {
            return (int) MPROTECT.invokeExact(address, bytes, PROT_READ_WRITE) == 0;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    @Override
    public void decommit(Reservation range, long address, long bytes) {
        if (range.lazy() && numbers.discard != -1) {
            advise(address, bytes, numbers.discard);
            return;
        }
        int flags = MAP_PRIVATE | numbers.anonymous | numbers.noReserve | MAP_FIXED;
        map(address, bytes, range.lazy() ? PROT_READ_WRITE : PROT_NONE, flags);
    }

    @Override
    public boolean punch(long address, long bytes) {
        return numbers.punch != -1 && advise(address, bytes, numbers.punch);
    }

    @Override
    public void release(Reservation range) {
        unmap(range.base(), range.bytes());
    }

    @Override
    public long resident(long address, long bytes) {
        long first = address & -pageSize;
        long pages = (address + bytes - first + pageSize - 1) / pageSize;
        long count = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(Math.min(pages, RESIDENT_STEP_PAGES));
            for (long page = 0; page < pages; page += RESIDENT_STEP_PAGES) {
                long step = Math.min(pages - page, RESIDENT_STEP_PAGES);
                long from = first + page * pageSize;
                if ((int) MINCORE.invokeExact(from, step * pageSize, answer) != 0) return -1;
                for (long i = 0; i < step; i++) {
                    count += answer.get(ValueLayout.JAVA_BYTE, i) & 1;
                }
            }
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
        return count * pageSize;
    }

    // ---- system calls ----

    private static long map(long address, long bytes, int protection, int flags) {
        try {
            return (long) MMAP.invokeExact(address, bytes, protection, flags, -1, 0L);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    private static void unmap(long address, long bytes) {
        try {
            int ignored = (int) MUNMAP.invokeExact(address, bytes);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    private static boolean advise(long address, long bytes, int advice) {
        try {
            return (int) MADVISE.invokeExact(address, bytes, advice) == 0;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}
