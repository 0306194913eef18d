package org.allod.memory;

/// Address space and pages from the operating system.
///
/// ```
///   reserve ─► addresses ─ commit ─► pages ─ decommit ─► addresses ─ release ─► nothing
/// ```
///
/// Where the system hands out address space without charging for it (Linux, macOS) the whole range
/// is readable and writable from the start ([Reservation#lazy()]): a page costs memory from its
/// first touch on, commit is the caller's book-keeping, and no stray load inside faults. Elsewhere
/// (Windows, Linux with strict overcommit) commit is a system call and a load outside the committed
/// part ends the JVM.
///
/// Any thread; every call is a system call, 0.2 to 2 us plus 0.1 us a page.
public sealed interface VirtualMemory permits PosixMemory, WindowsMemory {

    /// A reserved range.
    ///
    /// @param base its first byte, a multiple of the alignment asked for
    /// @param bytes its size, a multiple of the page size
    /// @param lazy whether its pages can be touched without being committed first
    record Reservation(long base, long bytes, boolean lazy) {}

    /// This system's.
    ///
    /// @throws UnsupportedOperationException on a system other than Linux, macOS and Windows
    static VirtualMemory system() {
        return SystemMemory.THE;
    }

    /// Size of an OS page in bytes.
    long pageSize();

    /// Sets address space aside.
    ///
    /// @param bytes at least 1, rounded up to pages
    /// @param alignment of the base; a power of two
    /// @return the range, or null where the system refuses
    Reservation reserve(long bytes, long alignment);

    /// Makes pages of a range that is not lazy usable; they read as zero.
    ///
    /// @return false where the system has no memory left
    boolean commit(long address, long bytes);

    /// Gives the memory of whole pages back; the addresses stay reserved. Lazy pages read as zero
    /// afterwards, others must not be touched until they are committed again.
    void decommit(Reservation range, long address, long bytes);

    /// Gives back what pages of a shared file mapping hold, in memory and in the file.
    ///
    /// @return false where system or file system cannot do that
    boolean punch(long address, long bytes);

    /// Unmaps a whole range. Nothing may point into it any more.
    void release(Reservation range);

    /// Bytes of the range that are in memory now, counted in pages, or -1 where it cannot be told.
    long resident(long address, long bytes);
}
