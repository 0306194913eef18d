package org.allod;

/// A heap that is broken, or a free that cannot be right: a double, foreign or mismatched one.
///
/// An [Error], because nothing sensible can go on with that heap. Other heaps of the JVM are not
/// affected. Never repaired in silence, never thrown with a lock held.
public final class CorruptHeapError extends Error {
    private static final long serialVersionUID = 1;

    /// @serial the address that was found wrong
    private final long address;

    /// @param allocator name of the allocator that found it
    /// @param address that was found wrong
    /// @param check what was expected there, or the number of the broken invariant
    public CorruptHeapError(String allocator, long address, String check) {
        super(allocator + ": address=0x" + Long.toHexString(address) + ", " + check);
        this.address = address;
    }

    /// The address that was found wrong.
    public long address() {
        return address;
    }
}
