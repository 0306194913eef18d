package org.allod.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// The C library's malloc and free, by two kinds of call.
///
/// A *critical* call leaves out the thread's change of state. It must be short and never block,
/// which malloc does not promise: it may wait for a lock or for the system. So a program uses the
/// ordinary one, and the other shows what malloc itself takes.
///
/// Handles are constants, so that calls compile into their callers.
@SuppressWarnings("restricted")
final class Libc {
    private static final MethodHandle MALLOC = malloc();
    private static final MethodHandle FREE = free();
    private static final MethodHandle MALLOC_CRITICAL = malloc(Linker.Option.critical(false));
    private static final MethodHandle FREE_CRITICAL = free(Linker.Option.critical(false));

    private Libc() {}

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

    /// As [#malloc(long)], by a critical call.
    static long mallocCritical(long size) {
        try {
            return (long) MALLOC_CRITICAL.invokeExact(size);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /// As [#free(long)], by a critical call.
    static void freeCritical(long address) {
        try {
            FREE_CRITICAL.invokeExact(address);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    // ---- cold ----

    private static MethodHandle malloc(Linker.Option... options) {
        return handle("malloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), options);
    }

    private static MethodHandle free(Linker.Option... options) {
        return handle("free", FunctionDescriptor.ofVoid(JAVA_LONG), options);
    }

    private static MethodHandle handle(
            String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    private static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("a C function cannot throw", thrown);
    }
}
