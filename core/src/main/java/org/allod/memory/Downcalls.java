package org.allod.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Handles of C functions whose arguments and results are ints and longs (pointers as longs).
@SuppressWarnings("restricted")
final class Downcalls {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private Downcalls() {}

    static MethodHandle of(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /// What a downcall threw: an error passes as it is, and nothing else can happen.
    static AssertionError unexpected(Throwable thrown) {
        if (thrown instanceof Error error) throw error;
        return new AssertionError("a C function cannot throw", thrown);
    }
}
