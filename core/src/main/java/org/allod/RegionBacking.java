package org.allod;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.allod.memory.Memory;
import org.allod.memory.VirtualMemory;
import org.allod.memory.VirtualMemory.Reservation;

/// The three things that a [Region] can be made of. Ranges are whole pages; the caller has a lock.
sealed interface RegionBacking {
    /// Its first address.
    long base();

    /// Its size.
    long bytes();

    /// Whether any page of it can be touched at any time.
    boolean lazy();

    /// Whether a page that was never committed, or was decommitted, reads as zero.
    boolean zeroWhenFresh();

    /// Whether the memory is still there.
    default boolean isAlive() {
        return true;
    }

    /// Makes pages usable; false where the system has none left.
    default boolean commit(long address, long length) {
        return true;
    }

    /// Gives pages back; false where that cannot be.
    boolean decommit(long address, long length);

    /// Gives all memory back.
    void close();

    /// Address space from the system.
    record Reserved(Reservation range, VirtualMemory system) implements RegionBacking {
        @Override
        public long base() {
            return range.base();
        }

        @Override
        public long bytes() {
            return range.bytes();
        }

        @Override
        public boolean lazy() {
            return range.lazy();
        }

        @Override
        public boolean zeroWhenFresh() {
            return true;
        }

        @Override
        public boolean commit(long address, long length) {
            return range.lazy() || system.commit(address, length);
        }

        @Override
        public boolean decommit(long address, long length) {
            system.decommit(range, address, length);
            return true;
        }

        @Override
        public void close() {
            system.decommit(range, range.base(), range.bytes());
        }
    }

    /// A segment of the user's.
    record Fixed(MemorySegment segment) implements RegionBacking {
        static Fixed of(MemorySegment segment) {
            if (!segment.isNative()) {
                throw bad("a heap array", "a native one: the collector moves arrays");
            }
            if (segment.isReadOnly()) throw bad("read-only", "a writable one");
            if (!segment.scope().isAlive()) throw bad("closed", "one that is alive");
            if (segment.byteSize() == 0) throw bad("empty", "at least 1 byte");
            return new Fixed(segment);
        }

        private static IllegalArgumentException bad(String what, String expected) {
            return new IllegalArgumentException("segment=" + what + ", expected " + expected);
        }

        @Override
        public long base() {
            return segment.address();
        }

        @Override
        public long bytes() {
            return segment.byteSize();
        }

        @Override
        public boolean lazy() {
            return true;
        }

        @Override
        public boolean zeroWhenFresh() {
            return false;
        }

        @Override
        public boolean isAlive() {
            return segment.scope().isAlive();
        }

        @Override
        public boolean decommit(long address, long length) {
            return false;
        }

        @Override
        public void close() {}
    }

    /// A file's pages. The mapping lasts as long as anybody can reach the segment.
    record MappedFile(MemorySegment segment, VirtualMemory system) implements RegionBacking {
        static MappedFile of(Path file, long bytes, VirtualMemory system) throws IOException {
            if (bytes > Long.MAX_VALUE - system.pageSize()) {
                throw new IOException("bytes=" + bytes + ", expected no more than a file can have");
            }
            long size = (bytes + system.pageSize() - 1) & -system.pageSize();
            try (FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE)) {
                return new MappedFile(
                        channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.ofAuto()),
                        system);
            }
        }

        @Override
        public long base() {
            return segment.address();
        }

        @Override
        public long bytes() {
            return segment.byteSize();
        }

        @Override
        public boolean lazy() {
            return true;
        }

        @Override
        public boolean zeroWhenFresh() {
            return false;
        }

        @Override
        public boolean decommit(long address, long length) {
            return system.punch(address, length);
        }

        /// What the file system cannot free is zeroed, so that a late call meets zeros.
        @Override
        public void close() {
            if (!system.punch(base(), bytes())) Memory.fill(base(), bytes(), (byte) 0);
        }
    }
}
