package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.HeapExhaustedException;
import org.allod.Region;

/// The spaces of a heap: the first one has the region, each further one the upper half of what
/// another had not grown into.
///
/// ```
///  base                                                                          end
///   │ space 0                                                                     │   one thread
///   │ space 0                              │ space 1                              │   they met
///   │ space 0           │ space 2          │ space 1                              │   and again
/// ```
///
/// A space is made where a thread finds all of them busy, up to the number that the heap was told.
/// None is ever given up. A lock is never taken while another space's is held.
final class NedSpaces {
    private final String name;
    private final Region region;
    private final NedMarks marks;
    private final int most;

    /// By number; replaced when a space is made.
    private volatile NedSpace[] all;

    /// Held while a space is made.
    private final ReentrantLock making = new ReentrantLock();

    /// A range that a space gave up and that became none for want of memory; 0, 0 for none.
    private long spareStart;

    private long spareEnd;

    /// @param most spaces that are made, 1 to [NedMarks#SPACES_MAX]
    NedSpaces(String name, Region region, NedMarks marks, int most) {
        this.name = name;
        this.region = region;
        this.marks = marks;
        this.most = most;
        this.all =
                new NedSpace[] {new NedSpace(name, 0, region, region.base(), region.end(), marks)};
    }

    /// Those that there are, by number.
    NedSpace[] all() {
        return all;
    }

    int count() {
        return all.length;
    }

    /// Number of the space that a new thread, or one without a cache, tries first.
    int start() {
        return (int) (Thread.currentThread().threadId() % all.length);
    }

    /// A space whose lock the caller has now: the last one if it is not busy, else the next that is
    /// not, else a new one, else the last one after all.
    ///
    /// @param last number of the space to try first; taken modulo their number
    NedSpace lock(int last) {
        NedSpace[] spaces = all;
        NedSpace first = spaces[last < spaces.length ? last : last % spaces.length];
        return first.lock.tryLock() ? first : lockOther(spaces, first);
    }

    private NedSpace lockOther(NedSpace[] spaces, NedSpace first) {
        for (int i = first.number + 1; i < spaces.length; i++) {
            if (spaces[i].lock.tryLock()) return spaces[i];
        }
        for (int i = 0; i < first.number; i++) {
            if (spaces[i].lock.tryLock()) return spaces[i];
        }
        NedSpace made = spaces.length < most ? makeOne() : null;
        if (made != null) return made;
        first.lock.lock();
        return first;
    }

    /// The space of a live or cached block.
    NedSpace owner(long address, long usable) {
        return all[marks.space(address, usable)];
    }

    // ---- cold ----

    /// A new space, locked; null where there is no room for one, or somebody else makes one.
    NedSpace makeOne() {
        if (!making.tryLock()) return null;
        try {
            NedSpace[] spaces = all;
            if (spaces.length == most || spareEnd == 0 && !cede(spaces)) return null;
            NedSpace made = new NedSpace(name, spaces.length, region, spareStart, spareEnd, marks);
            spareStart = spareEnd = 0;
            made.lock.lock();
            NedSpace[] more = Arrays.copyOf(spaces, spaces.length + 1);
            more[spaces.length] = made;
            all = more;
            return made;
        } catch (HeapExhaustedException noRoom) {
            return null;
        } finally {
            making.unlock();
        }
    }

    /// Makes the largest range smaller by its upper half.
    private boolean cede(NedSpace[] spaces) {
        NedSpace from = spaces[0];
        for (NedSpace space : spaces) {
            if (end(spaces, space) - space.start > end(spaces, from) - from.start) from = space;
        }
        spareEnd = end(spaces, from);
        from.lock.lock();
        try {
            spareStart = from.heap.cede(NedSpace.GRANULE);
        } finally {
            from.lock.unlock();
        }
        if (spareStart == NULL) spareEnd = 0;
        return spareStart != NULL;
    }

    /// First address after a space: the next one's start.
    private long end(NedSpace[] spaces, NedSpace space) {
        long end = region.end();
        for (NedSpace other : spaces) {
            if (other.start > space.start && other.start < end) end = other.start;
        }
        return end;
    }

    /// A block of any space, or NULL where none has room.
    long takeAnywhere(long size, long alignment, boolean zeroed) {
        for (NedSpace space : all) {
            long address = space.take(size, alignment, zeroed);
            if (address != NULL) return address;
        }
        return NULL;
    }

    /// Frees a chain of cached blocks, linked by `newer`. No stripe may be held: locks are waited
    /// for.
    void freeChain(long first) {
        NedSpace held = null;
        try {
            for (long address = first, next; address != NULL; address = next) {
                long usable = marks.usableCached(address);
                if (usable < 0) throw marks.notCached(address);
                next = NedBlock.newer(address);
                NedSpace owner = owner(address, usable);
                if (owner != held) {
                    if (held != null) held.lock.unlock();
                    held = null;
                    owner.lock.lock();
                    held = owner;
                }
                NedBlock.flip(address, usable);
                held.heap.free(address);
            }
        } finally {
            if (held != null) held.lock.unlock();
        }
    }

    /// Gives back what the spaces do not need; bytes.
    long trim() {
        long bytes = 0;
        for (NedSpace space : all) bytes += space.trim();
        return bytes;
    }

    void close() {
        making.lock();
        try {
            for (NedSpace space : all) space.close();
        } finally {
            making.unlock();
        }
    }
}
