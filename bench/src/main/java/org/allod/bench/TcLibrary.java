package org.allod.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// gperftools' malloc and free, from Debian's `libtcmalloc-minimal4`, by ordinary calls.
///
/// Handles are constants, so that calls compile into their callers. Without the library the first
/// use fails.
@SuppressWarnings("restricted")
final class TcLibrary {
    private static final String NAME = "libtcmalloc_minimal.so.4";
    private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(NAME, Arena.global());
    private static final MethodHandle MALLOC =
            handle("malloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(JAVA_LONG));

    private TcLibrary() {}

    /// A block of `size` bytes, or 0.
    static long malloc(long size) {
        try {
            return (long) MALLOC.invokeExact(size);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /// Frees a block.
    static void free(long address) {
        try {
            FREE.invokeExact(address);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), type);
    }

    private static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("a C function cannot throw", thrown);
    }
}
