package org.allod.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The malloc and free of a C library, by downcalls.
///
/// A *critical* call leaves out the thread's change of state. It must be short and never block,
/// which malloc does not promise: it may wait for a lock or for the system. So a program uses the
/// ordinary one, and the other shows what malloc itself takes.
///
/// Keep one in a `static final` field: its handles are constants then, and calls compile into their
/// callers.
@SuppressWarnings("restricted")
record NativeMalloc(MethodHandle malloc, MethodHandle free) {
    /// The C library's own.
    static NativeMalloc libc(Linker.Option... options) {
        return in(Linker.nativeLinker().defaultLookup(), options);
    }

    /// That of the shared library `name`, which the system's loader must find.
    static NativeMalloc of(String name) {
        return in(SymbolLookup.libraryLookup(name, Arena.global()));
    }

    private static NativeMalloc in(SymbolLookup symbols, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return new NativeMalloc(
                linker.downcallHandle(
                        symbols.findOrThrow("malloc"),
                        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG),
                        options),
                linker.downcallHandle(
                        symbols.findOrThrow("free"),
                        FunctionDescriptor.ofVoid(JAVA_LONG),
                        options));
    }

    /// A block of `size` bytes, or 0.
    long allocate(long size) {
        try {
            return (long) malloc.invokeExact(size);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /// Frees a block.
    void free(long address) {
        try {
            free.invokeExact(address);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("a C function cannot throw", thrown);
    }
}
