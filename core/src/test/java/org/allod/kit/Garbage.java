package org.allod.kit;

import java.lang.reflect.Method;

/// What the calling thread has allocated in the Java heap.
///
/// By reflection: Allod's module does not read the JDK's management.
public final class Garbage {
    private static final Object THREADS;
    private static final Method ALLOCATED;

    static {
        try {
            THREADS =
                    Class.forName("java.lang.management.ManagementFactory")
                            .getMethod("getThreadMXBean")
                            .invoke(null);
            ALLOCATED =
                    Class.forName("com.sun.management.ThreadMXBean")
                            .getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private Garbage() {}

    /// Bytes so far.
    public static long soFar() {
        try {
            return (long) ALLOCATED.invoke(THREADS);
        } catch (ReflectiveOperationException refused) {
            throw new IllegalStateException(refused);
        }
    }
}
