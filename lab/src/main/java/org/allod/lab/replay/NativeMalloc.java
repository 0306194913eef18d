package org.allod.lab.replay;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.Malloc;

/// A C library's malloc, by ordinary downcalls: what a Java program would have instead of us.
///
/// `malloc`, `free`, `realloc` and `calloc`; above alignment 16 `aligned_alloc`. It says nothing
/// about itself: all [#stats] are -1 or 0, [#walk] shows nothing, [#verify] checks nothing.
///
/// One library a JVM: only handles in static final fields are compiled into the caller. Threads:
/// any, as the library's.
@SuppressWarnings("restricted")
public final class NativeMalloc implements Malloc {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    /// What every malloc aligns to on 64-bit systems. Source: System V ABI, `max_align_t`.
    private static final long MALLOC_ALIGNMENT = 16;

    /// The library that [Functions] take their addresses from; set once, before they are made.
    private static String chosen;

    private static SymbolLookup symbols;

    private NativeMalloc() {}

    /// The functions, constants for the compiler.
    private static final class Functions {
        static final MethodHandle MALLOC = of("malloc", FunctionDescriptor.of(LONG, LONG));
        static final MethodHandle CALLOC = of("calloc", FunctionDescriptor.of(LONG, LONG, LONG));
        static final MethodHandle REALLOC = of("realloc", FunctionDescriptor.of(LONG, LONG, LONG));
        static final MethodHandle FREE = of("free", FunctionDescriptor.ofVoid(LONG));
        static final MethodHandle ALIGNED =
                of("aligned_alloc", FunctionDescriptor.of(LONG, LONG, LONG));
        static final MethodHandle USABLE =
                of("malloc_usable_size", FunctionDescriptor.of(LONG, LONG));

        private static MethodHandle of(String name, FunctionDescriptor type) {
            return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
        }
    }

    /// Opens a library.
    ///
    /// @param library `libc`, or a path or soname of one that has a malloc of its own
    /// @throws IllegalArgumentException if it cannot be loaded or has none
    /// @throws IllegalStateException if this JVM has opened another one
    public static synchronized NativeMalloc open(String library) {
        if (chosen == null) {
            symbols = load(library);
            chosen = library;
        } else if (!chosen.equals(library)) {
            throw new IllegalStateException(
                    "native:" + library + ", expected native:" + chosen + ": one a JVM");
        }
        return new NativeMalloc();
    }

    private static SymbolLookup load(String library) {
        SymbolLookup system = Linker.nativeLinker().defaultLookup();
        if (library.equals("libc")) return system;
        SymbolLookup found;
        try {
            found =
                    library.contains("/")
                            ? SymbolLookup.libraryLookup(Path.of(library), Arena.global())
                            : SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException cannotOpen) {
            throw new IllegalArgumentException(
                    "native:"
                            + library
                            + " cannot be loaded, expected a C library's path or soname");
        }
        for (String name : new String[] {"malloc", "free", "calloc", "realloc", "aligned_alloc"}) {
            checkOwn(library, name, found.find(name), system.find(name));
        }
        if (found.find("malloc_usable_size").isEmpty()) throw lacks(library, "malloc_usable_size");
        return found;
    }

    /// A library without a malloc shows the one of the C library that it is linked to.
    private static void checkOwn(
            String library,
            String name,
            Optional<MemorySegment> found,
            Optional<MemorySegment> system) {
        boolean isLibc = Path.of(library).getFileName().toString().startsWith("libc");
        if (found.isEmpty() || !isLibc && found.equals(system)) throw lacks(library, name);
    }

    private static IllegalArgumentException lacks(String library, String name) {
        return new IllegalArgumentException(
                "native:" + library + " has no " + name + ", expected a malloc of its own");
    }

    // ---- Malloc ----

    @Override
    public long allocate(long size, long alignment) {
        try {
            if (alignment > MALLOC_ALIGNMENT) {
                return (long) Functions.ALIGNED.invokeExact(alignment, size);
            }
            return (long) Functions.MALLOC.invokeExact(size == 0 ? 1 : size);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        if (alignment > MALLOC_ALIGNMENT) return Malloc.super.allocateZeroed(size, alignment);
        try {
            return (long) Functions.CALLOC.invokeExact(1L, size == 0 ? 1 : size);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        free(address);
    }

    @Override
    public void free(long address) {
        try {
            Functions.FREE.invokeExact(address);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (alignment <= MALLOC_ALIGNMENT) return reallocate(address, newSize);
        return Malloc.super.reallocate(address, size, alignment, newSize);
    }

    @Override
    public long reallocate(long address, long newSize) {
        try {
            return (long) Functions.REALLOC.invokeExact(address, newSize == 0 ? 1 : newSize);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    @Override
    public long usableSize(long address) {
        try {
            return (long) Functions.USABLE.invokeExact(address);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static AssertionError unexpected(Throwable thrown) {
        if (thrown instanceof Error error) throw error;
        return new AssertionError("a C function cannot throw", thrown);
    }

    // ---- what it cannot tell ----

    @Override
    public AllocatorStats stats() {
        return AllocatorStats.builder().live(-1, -1).pages(-1, -1, -1).build();
    }

    @Override
    public long trim() {
        return 0;
    }

    /// Always false: the library shares the process's memory with everybody.
    @Override
    public boolean owns(long address) {
        return false;
    }

    @Override
    public boolean threadSafe() {
        return true;
    }

    @Override
    public void walk(BlockVisitor visitor) {}

    @Override
    public void verify() {}

    /// Does nothing: the library serves the whole process.
    @Override
    public void close() {
        // nothing of ours
    }
}
