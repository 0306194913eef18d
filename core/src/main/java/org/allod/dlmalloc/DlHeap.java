package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

/// The algorithm: which chunk serves a request, how it is cut, how free ones merge.
///
/// Sizes here are chunk sizes; `NULL` means that neither bins nor designated victim nor top have
/// room. What pages lie under all that is [DlPages]' affair.
final class DlHeap {
    private final String name;
    final DlPages pages;
    final DlBins bins;
    final DlTree tree;

    /// First chunk: the one after the state block.
    private final long first;

    /// What each chunk in use has behind it; 0 for nothing.
    private final long footer;

    /// Whether a block grows in place into top alone.
    private final boolean topOnly;

    /// Bytes of a chunk that are not the caller's.
    final long overhead;

    /// The designated victim, a free chunk in no bin, and its size; 0, 0 for none.
    private long dv;

    private long dvSize;

    /// The last chunk, in no bin, and what it has without the trailer.
    private long top;

    private long topSize;

    /// Bytes of chunks in use.
    private long used;

    /// A free makes top larger than this: it is trimmed.
    private long trimAbove;

    DlHeap(String name, DlPages pages, DlOptions options) {
        this.name = name;
        this.pages = pages;
        this.topOnly = options.topOnly();
        this.footer = options.footer();
        this.overhead = footer != 0 ? 2 * DlChunk.OVERHEAD : DlChunk.OVERHEAD;
        this.trimAbove = Math.max(options.trimAbove(), pages.granule());
        this.bins = new DlBins(name, pages);
        this.tree = bins.tree;
        this.first = pages.base() + DlPages.STATE_CHUNK;
        DlChunk.setHead(pages.base(), DlPages.STATE_CHUNK | DlChunk.C | DlChunk.P);
        this.top = first;
        reach();
    }

    // ---- take ----

    /// A used chunk of at least `size` bytes, which is a small chunk's, or NULL.
    long takeSmall(long size) {
        if (bins.has(size)) {
            long chunk = bins.pop(size);
            DlChunk.setUsed(chunk, size);
            used += size;
            return chunk;
        }
        if (size > dvSize) {
            long from = bins.sizeAbove(size);
            if (from != 0) return splitSmall(from, size);
            if (!tree.isEmpty()) return splitSmallest(size);
        }
        return takeDvOrTop(size);
    }

    /// A used chunk of at least `size` bytes, 256 or more, or NULL.
    long takeLarge(long size) {
        if (!tree.isEmpty()) {
            long chunk = tree.bestFit(size);
            if (chunk != NULL) {
                long bytes = checkedSize(chunk);
                if (dvSize < size || bytes < dvSize) return splitLarge(chunk, bytes, size);
            }
        }
        return takeDvOrTop(size);
    }

    private long takeDvOrTop(long size) {
        if (size > dvSize) return takeTop(size);
        long chunk = dv;
        long rest = dvSize - size;
        if (!pages.ensure(chunk, size)) return NULL;
        if (rest < DlChunk.MIN) {
            size = dvSize;
            DlChunk.setUsed(chunk, size);
            dv = dvSize = 0;
        } else {
            dv = chunk + size;
            dvSize = rest;
            DlChunk.setFree(dv, rest);
            DlChunk.setHead(chunk, size | DlChunk.C | DlChunk.P);
        }
        used += size;
        return chunk;
    }

    /// A used chunk of `size` bytes off top's low end, or NULL.
    long takeTop(long size) {
        if (size >= topSize || !pages.ensure(top, size)) return NULL;
        long chunk = top;
        DlChunk.setHead(chunk, size | DlChunk.C | DlChunk.P);
        setTop(chunk + size, topSize - size);
        used += size;
        return chunk;
    }

    private long splitSmall(long from, long size) {
        long chunk = bins.pop(from);
        cutForVictim(chunk, from, size);
        return chunk;
    }

    private long splitSmallest(long size) {
        long chunk = tree.smallest();
        long bytes = checkedSize(chunk);
        if (!pages.ensure(chunk, size)) return NULL;
        tree.unlink(chunk);
        cutForVictim(chunk, bytes, size);
        return chunk;
    }

    /// Uses `size` of a chunk's `bytes`; the rest becomes the designated victim.
    private void cutForVictim(long chunk, long bytes, long size) {
        long rest = bytes - size;
        if (rest < DlChunk.MIN) {
            DlChunk.setUsed(chunk, bytes);
            used += bytes;
            return;
        }
        DlChunk.setHead(chunk, size | DlChunk.C | DlChunk.P);
        DlChunk.setFree(chunk + size, rest);
        if (dvSize != 0) bins.push(dv, dvSize);
        dv = chunk + size;
        dvSize = rest;
        used += size;
    }

    private long splitLarge(long chunk, long bytes, long size) {
        if (!pages.ensure(chunk, size)) return NULL;
        tree.unlink(chunk);
        long rest = bytes - size;
        if (rest < DlChunk.MIN) {
            DlChunk.setUsed(chunk, bytes);
            used += bytes;
        } else {
            DlChunk.setHead(chunk, size | DlChunk.C | DlChunk.P);
            DlChunk.setFree(chunk + size, rest);
            bins.insert(chunk + size, rest);
            used += size;
        }
        return chunk;
    }

    // ---- release ----

    /// Whether a caller's address is that of a chunk in use, as far as its tags and its successor's
    /// tell. Nothing outside the heap is loaded.
    boolean isUsed(long address) {
        long chunk = DlChunk.ofAddress(address);
        if (Long.compareUnsigned(chunk - first, top - first) >= 0 || (chunk & 15) != 0)
            return false;
        long head = DlChunk.head(chunk);
        long size = DlChunk.sizeOf(head);
        return DlChunk.isUsed(head)
                && size >= DlChunk.MIN
                && size <= top - chunk
                && (DlChunk.head(chunk + size) & DlChunk.P) != 0
                && (footer == 0 || DlChunk.prevFoot(chunk + size) == footer);
    }

    /// Frees a chunk in use: merges it with its free neighbours and puts the whole where it
    /// belongs.
    void release(long chunk) {
        long head = DlChunk.head(chunk);
        long size = DlChunk.sizeOf(head);
        used -= size;
        long next = chunk + size;
        long nextHead = DlChunk.head(next);
        if ((head & DlChunk.P) == 0) {
            long before = checkedFoot(chunk);
            DlChunk.setHead(chunk, 0);
            chunk -= before;
            size += before;
            if (chunk != dv) {
                bins.unlink(chunk, before);
            } else if ((nextHead & DlChunk.C) != 0) {
                dvSize = size;
                DlChunk.setFree(chunk, size, nextHead);
                return;
            }
        }
        if ((nextHead & DlChunk.C) != 0) {
            DlChunk.setFree(chunk, size, nextHead);
            bins.insert(chunk, size);
        } else {
            releaseBefore(chunk, size, next, nextHead);
        }
    }

    /// The case that the chunk after is free, too.
    private void releaseBefore(long chunk, long size, long next, long nextHead) {
        if (next == top) {
            if (chunk == dv) dv = dvSize = 0;
            setTop(chunk, size + topSize);
            if (topSize > trimAbove) trimTop();
            return;
        }
        if (next == dv) {
            dv = chunk;
            dvSize += size;
            DlChunk.setFree(dv, dvSize);
            return;
        }
        long after = DlChunk.sizeOf(nextHead);
        if (after < DlChunk.MIN || after > top - next) throw DlFault.freeSize(name, next);
        bins.unlink(next, after);
        size += after;
        DlChunk.setFree(chunk, size);
        if (chunk == dv) {
            dvSize = size;
        } else {
            bins.insert(chunk, size);
        }
    }

    private void setTop(long chunk, long size) {
        top = chunk;
        topSize = size;
        DlChunk.setHead(chunk, size | DlChunk.P);
    }

    // ---- cold ----

    /// Grows top for `size`; where the limit forbids it, or a free chunk's pages, takes the pages
    /// of other free chunks. False where nothing has changed.
    boolean grow(long size) {
        long missing = size - topSize + DlChunk.ALIGNMENT;
        if (growTop(missing)) return true;
        if (!pages.wasRefused() || DlSweep.all(name, tree, pages) == 0) return false;
        growTop(missing);
        return true;
    }

    private boolean growTop(long missing) {
        if (missing <= 0 || pages.grow(missing) == 0) return false;
        if (pages.wasTrimmed() && trimAbove < DlPages.TRIM_ABOVE_MAX) trimAbove *= 2;
        reach();
        return true;
    }

    /// The frontier has moved: top ends before it.
    private void reach() {
        setTop(top, pages.frontier() - DlPages.TRAILER - top);
        bins.reach(pages.frontier());
    }

    /// Where the system takes nothing, as of a fixed region, it is not asked again.
    private void trimTop() {
        if (pages.trimGranules(topSize) == 0 && !pages.hasHoles()) trimAbove = Long.MAX_VALUE;
        reach();
    }

    /// Gives back whatever pages hold nothing.
    long trim() {
        long bytes = pages.trimPages(top);
        reach();
        return bytes + DlSweep.all(name, tree, pages);
    }

    // ---- chunks in use change their size ----

    /// Cuts a chunk in use in two in use, the first with `size` bytes.
    ///
    /// @return the second
    long split(long chunk, long size) {
        long rest = DlChunk.size(chunk) - size;
        DlChunk.setUsedKeepingP(chunk, size);
        DlChunk.setUsed(chunk + size, rest);
        return chunk + size;
    }

    /// Makes one of a chunk in use and the one behind it.
    void join(long chunk) {
        long size = DlChunk.size(chunk);
        DlChunk.setUsedKeepingP(chunk, size + DlChunk.size(chunk + size));
        mark(chunk);
    }

    /// Resizes a chunk in use where it is. False, and nothing done, where that cannot be.
    boolean resize(long chunk, long size) {
        long old = DlChunk.size(chunk);
        if (old < size && !extend(chunk, old, size)) return false;
        if (DlChunk.size(chunk) - size >= DlChunk.MIN) release(split(chunk, size));
        return true;
    }

    /// Takes bytes from the free chunk after it: all but what top and the victim can keep.
    private boolean extend(long chunk, long old, long size) {
        long next = chunk + old;
        long total = size;
        if (next == top) {
            if (old + topSize <= size) grow(size - old);
            if (old + topSize <= size) return false;
            if (!pages.ensure(next, size - old)) return false;
            setTop(chunk + size, old + topSize - size);
        } else {
            if (topOnly || (DlChunk.head(next) & DlChunk.C) != 0) return false;
            long most = old + checkedSize(next);
            if (most < size || !pages.ensure(next, size - old)) return false;
            if (next != dv) {
                bins.unlink(next, most - old);
                total = most;
            } else if (most - size < DlChunk.MIN) {
                dv = dvSize = 0;
                total = most;
            } else {
                dv = chunk + size;
                dvSize = most - size;
                DlChunk.setFree(dv, dvSize);
            }
        }
        DlChunk.setUsedKeepingP(chunk, total);
        used += total - old;
        return true;
    }

    // ---- what it has ----

    /// Size of a free chunk by its head, which must end in the heap, where its size stands again.
    private long checkedSize(long chunk) {
        long size = DlChunk.size(chunk);
        if (size < DlChunk.MIN || size > top - chunk || DlChunk.prevFoot(chunk + size) != size) {
            throw DlFault.freeSize(name, chunk);
        }
        return size;
    }

    /// Size of the free chunk before, by its foot, which must start in the heap.
    private long checkedFoot(long chunk) {
        long before = DlChunk.prevFoot(chunk);
        if (before < DlChunk.MIN || before > chunk - first || (before & 15) != 0) {
            throw DlFault.freeSize(name, chunk);
        }
        return before;
    }

    /// Marks a chunk in use as this heap's, where that is asked for.
    void mark(long chunk) {
        if (footer != 0) DlChunk.setPrevFoot(chunk + DlChunk.size(chunk), footer);
    }

    /// Bytes of a chunk in use that are the caller's.
    long usable(long chunk) {
        return DlChunk.size(chunk) - overhead;
    }

    long first() {
        return first;
    }

    long dv() {
        return dv;
    }

    long dvSize() {
        return dvSize;
    }

    long top() {
        return top;
    }

    long topSize() {
        return topSize;
    }

    /// Bytes of chunks in use.
    long used() {
        return used;
    }

    /// From now on nothing is free and no address is in it.
    void close() {
        bins.close();
        pages.close();
        top = first;
        dv = dvSize = topSize = 0;
    }
}
