package org.allod.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/// Loads, stores, copies and fills by absolute address; makes segments from addresses.
///
/// The only class of Allod that touches memory. All of it goes through one segment over the whole
/// address space, held in a `static final` field, so that a plain load compiles to one machine
/// instruction (about 0.6 ns with the bounds test, measured on JDK 25).
///
/// Plain access uses the unaligned layouts: they skip the alignment test and are as fast on x86 and
/// ARM. The atomic methods (their names end in the memory order, in the JDK's words) need addresses
/// that are multiples of the value's size.
///
/// Errors: an address that is not mapped ends the JVM. A negative address throws
/// [IndexOutOfBoundsException]. Threads: any; plain access has no ordering.
@SuppressWarnings("restricted")
public final class Memory {
    /// All memory, from address 0 up.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /// Up to here words are stored one by one; what is longer is copied from them. A slice to fill
    /// is garbage where its making is not inlined, and its fill half as fast. Tuned: 128 to 512
    /// differ by 5 ns.
    private static final long FILL_BY_WORDS_MAX = 256;

    /// Most bytes copied at once: source and target stay in the nearest cache. Tuned: 4 KiB is as
    /// good, with 64 KiB a MiB takes half as long again.
    private static final long FILL_STEP_MAX = 16 << 10;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.varHandle();

    private Memory() {}

    // ---- plain ----

    /// The byte at `address`.
    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    /// Stores one byte.
    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /// The 2 bytes at `address`, native order.
    public static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    /// Stores 2 bytes, native order.
    public static void putShort(long address, short value) {
        ALL.set(SHORT, address, value);
    }

    /// The 4 bytes at `address`, native order.
    public static int getInt(long address) {
        return ALL.get(INT, address);
    }

    /// Stores 4 bytes, native order.
    public static void putInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    /// The 8 bytes at `address`, native order.
    public static long getLong(long address) {
        return ALL.get(LONG, address);
    }

    /// Stores 8 bytes, native order.
    public static void putLong(long address, long value) {
        ALL.set(LONG, address, value);
    }

    // ---- ordered and atomic: aligned addresses ----

    /// The 4 bytes at `address`; later loads and stores stay after this one.
    public static int getIntAcquire(long address) {
        return (int) ATOMIC_INT.getAcquire(ALL, address);
    }

    /// Stores 4 bytes after all earlier loads and stores.
    public static void putIntRelease(long address, int value) {
        ATOMIC_INT.setRelease(ALL, address, value);
    }

    /// Replaces `expected` by `value` at `address`, as a volatile access; true if it was there.
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return ATOMIC_INT.compareAndSet(ALL, address, expected, value);
    }

    /// The 8 bytes at `address`; later loads and stores stay after this one.
    public static long getLongAcquire(long address) {
        return (long) ATOMIC_LONG.getAcquire(ALL, address);
    }

    /// The 8 bytes at `address`, torn-free and without any order.
    public static long getLongOpaque(long address) {
        return (long) ATOMIC_LONG.getOpaque(ALL, address);
    }

    /// Stores 8 bytes, torn-free and without any order.
    public static void putLongOpaque(long address, long value) {
        ATOMIC_LONG.setOpaque(ALL, address, value);
    }

    /// Stores 8 bytes after all earlier loads and stores.
    public static void putLongRelease(long address, long value) {
        ATOMIC_LONG.setRelease(ALL, address, value);
    }

    /// Replaces `expected` by `value` at `address`, as a volatile access; true if it was there.
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return ATOMIC_LONG.compareAndSet(ALL, address, expected, value);
    }

    /// Adds `delta` to the 8 bytes at `address`, as a volatile access; what was there before.
    public static long getAndAddLong(long address, long delta) {
        return (long) ATOMIC_LONG.getAndAdd(ALL, address, delta);
    }

    // ---- runs of bytes ----

    /// Sets `bytes` bytes from `address` on to `value`. Cost: about 10 ns and 100 GB/s.
    public static void fill(long address, long bytes, byte value) {
        long words = repeat(value);
        long end = address + Math.min(bytes, FILL_BY_WORDS_MAX);
        long at = address;
        for (; end - at >= Long.BYTES; at += Long.BYTES) putLong(at, words);
        for (; at < end; at++) putByte(at, value);
        if (bytes > FILL_BY_WORDS_MAX) repeatFirst(address, bytes);
    }

    /// Fills the rest of a range from its first [#FILL_BY_WORDS_MAX] bytes: each copy doubles it.
    private static void repeatFirst(long address, long bytes) {
        long step = FILL_BY_WORDS_MAX;
        for (long done = step; done < bytes; done += step) {
            step = Math.min(bytes - done, Math.min(done, FILL_STEP_MAX));
            copy(address, address + done, step);
        }
    }

    /// Copies `bytes` bytes; the two ranges may overlap.
    public static void copy(long source, long target, long bytes) {
        MemorySegment.copy(ALL, source, ALL, target, bytes);
    }

    /// Offset of the first byte in which two runs of `bytes` bytes differ, or -1.
    public static long mismatch(long left, long right, long bytes) {
        return MemorySegment.mismatch(ALL, left, left + bytes, ALL, right, right + bytes);
    }

    /// Offset of the first of `bytes` bytes that is not `value`, or -1.
    public static long mismatch(long address, long bytes, byte value) {
        long words = repeat(value);
        long at = 0;
        while (bytes - at >= Long.BYTES && getLong(address + at) == words) {
            at += Long.BYTES;
        }
        while (at < bytes && getByte(address + at) == value) {
            at++;
        }
        return at == bytes ? -1 : at;
    }

    private static long repeat(byte value) {
        return (value & 0xFFL) * 0x0101_0101_0101_0101L;
    }

    // ---- segments ----

    /// `bytes` bytes from `address` on as a segment that is always alive, for any thread.
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }

    /// The same as a segment of `session`: its lifetime and threads are that arena's.
    ///
    /// Closing the arena ends the segment and leaves the memory as it is.
    public static MemorySegment segment(long address, long bytes, Arena session) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, session, null);
    }

    /// Keeps `owner` reachable for as long as `session` is open and anybody can reach a segment of
    /// it: segments alone do not keep what lies under them.
    public static void keepReachable(Object owner, Arena session) {
        MemorySegment.NULL.reinterpret(session, nothing -> Reference.reachabilityFence(owner));
    }

    /// Runs `action` once, after `session` has ended: in the thread that closes it, or in the
    /// Cleaner's for an automatic one, which is why the action must not reach the session.
    public static void afterClose(Arena session, Runnable action) {
        MemorySegment.NULL.reinterpret(session, nothing -> action.run());
    }
}
