package org.allod.memory;

import static org.allod.memory.Downcalls.INT;
import static org.allod.memory.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// `VirtualAlloc` and `VirtualFree`. Untested: written from Microsoft's documents.
///
/// Windows charges every committed page against memory plus page file, so a range is reserved
/// without access and commit is real.
@SuppressWarnings("restricted")
final class WindowsMemory implements VirtualMemory {
    private static final int MEM_COMMIT = 0x1000;
    private static final int MEM_RESERVE = 0x2000;
    private static final int MEM_DECOMMIT = 0x4000;
    private static final int MEM_RELEASE = 0x8000;
    private static final int PAGE_NOACCESS = 1;
    private static final int PAGE_READWRITE = 4;

    /// Tries to find an aligned place: another thread may take the one that was looked up.
    private static final int ALIGN_TRIES = 16;

    private static final SymbolLookup KERNEL =
            SymbolLookup.libraryLookup("kernel32.dll", Arena.global());
    private static final MethodHandle VIRTUAL_ALLOC =
            Downcalls.of(KERNEL, "VirtualAlloc", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT));
    private static final MethodHandle VIRTUAL_FREE =
            Downcalls.of(KERNEL, "VirtualFree", FunctionDescriptor.of(INT, LONG, LONG, INT));
    private static final MethodHandle GET_SYSTEM_INFO =
            Downcalls.of(KERNEL, "GetSystemInfo", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    /// `sizeof(SYSTEM_INFO)` on 64-bit Windows, and where `dwPageSize` stands in it.
    private static final long SYSTEM_INFO_BYTES = 48;

    private static final long PAGE_SIZE_OFFSET = 4;

    private final long pageSize;

    WindowsMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(SYSTEM_INFO_BYTES, Long.BYTES);
            GET_SYSTEM_INFO.invokeExact(info);
            this.pageSize = info.get(ValueLayout.JAVA_INT, PAGE_SIZE_OFFSET);
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
        for (int i = 0; i < ALIGN_TRIES; i++) {
            long start = virtualAlloc(0, size + alignment, MEM_RESERVE, PAGE_NOACCESS);
            if (start == 0) return null;
            virtualFree(start, 0, MEM_RELEASE);
            long base = (start + alignment - 1) & -alignment;
            if (virtualAlloc(base, size, MEM_RESERVE, PAGE_NOACCESS) != 0) {
                return new Reservation(base, size, false);
            }
        }
        return null;
    }

    @Override
    public boolean commit(long address, long bytes) {
        return virtualAlloc(address, bytes, MEM_COMMIT, PAGE_READWRITE) != 0;
    }

    @Override
    public void decommit(Reservation range, long address, long bytes) {
        virtualFree(address, bytes, MEM_DECOMMIT);
    }

    @Override
    public boolean punch(long address, long bytes) {
        return false;
    }

    @Override
    public void release(Reservation range) {
        virtualFree(range.base(), 0, MEM_RELEASE);
    }

    @Override
    public long resident(long address, long bytes) {
        return -1;
    }

    // ---- system calls ----

    private static long virtualAlloc(long address, long bytes, int type, int protection) {
        try {
            return (long) VIRTUAL_ALLOC.invokeExact(address, bytes, type, protection);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    private static void virtualFree(long address, long bytes, int type) {
        try {
            int ignored = (int) VIRTUAL_FREE.invokeExact(address, bytes, type);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}
