package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Against the C library's own numbers.
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("restricted")
class LibcRandomTest {
    @Test
    void numbersAreTheLibrarys() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle seed =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("srand"),
                        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        MethodHandle next =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("rand"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT));
        for (int number : new int[] {1, 2, 4141, Integer.MAX_VALUE}) {
            seed.invokeExact(number);
            LibcRandom ours = new LibcRandom(number);
            for (int i = 0; i < 1000; i++) {
                assertEquals((int) next.invokeExact(), ours.next(), number + ", number " + i);
            }
        }
    }
}
