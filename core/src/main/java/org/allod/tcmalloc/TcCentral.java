package org.allod.tcmalloc;

import org.allod.CorruptHeapError;
import org.allod.memory.Memory;
import org.allod.parts.PageHeap;
import org.allod.parts.Span;
import org.allod.parts.SpanList;
import org.allod.parts.SpinLock;

/// All spans of one class: where the thread caches' batches come from and go to.
///
/// ```
///   slots      │ batch │ batch │ ...        whole batches as they came, last in first out
///   with room  ─► span ─► span              newest first
///   span       chain ─► free ─► free ─► 0   │ fresh: nothing cut yet │
/// ```
///
/// A block goes out by the chain of the first span with room, then from its fresh end; comes back
/// to its own span's chain; a span whose blocks are all back goes to the page heap.
///
/// - **tc.I3** a span's blocks are out, in its chain, or not yet cut; it is among those with room
///   exactly if there is one of the latter.
/// - **tc.I4** the counters are the sums over spans and slots.
///
/// Threads: any, locks; the page heap's lock is taken under it, another class's only if it is free.
///
/// Source: spec 1.3, 1.4 (4), 1.5 (5).
final class TcCentral {
    final int sizeClass;
    final int size;
    final int batch;

    private final PageHeap heap;
    private final TcCentrals all;
    private final SpinLock lock = new SpinLock();
    private final SpanList withRoom = new SpanList();
    private final long[] slots;

    /// Slots in use, and how many may be.
    private int slotsUsed;

    private int slotsMax = TcCentrals.SLOTS_START;

    private int spans;

    /// Blocks out of the spans: in slots, caches and callers' hands.
    private long out;

    TcCentral(TcCentrals all, PageHeap heap, int sizeClass, TcOptions options) {
        this.all = all;
        this.heap = heap;
        this.sizeClass = sizeClass;
        this.size = TcClasses.SIZES.size(sizeClass);
        this.batch = TcClasses.batch(size, options.transferBatch());
        this.slots = new long[TcCentrals.slotsLimit(size, batch)];
        slotsMax = Math.min(slotsMax, slots.length);
    }

    /// Takes blocks out.
    ///
    /// @param count at least 1, at most a batch
    /// @param chain empty; receives from 1 block to `count`, or none if there is no room
    void take(int count, TcChain chain) {
        lock.lock();
        try {
            if (count == batch && slotsUsed > 0) {
                chain.head = slots[--slotsUsed];
                chain.count = batch;
                return;
            }
            takeFromSpans(count, chain);
            if (chain.count == 0 && populate()) takeFromSpans(count, chain);
            out += chain.count;
        } finally {
            lock.unlock();
        }
    }

    /// Takes blocks back.
    ///
    /// @param head of a chain, ended by 0
    /// @param count of its blocks
    void insert(long head, int count) {
        lock.lock();
        try {
            if (count == batch && hasSlot()) slots[slotsUsed++] = head;
            else giveBack(head);
        } finally {
            lock.unlock();
        }
    }

    // ---- spans ----

    private void takeFromSpans(int count, TcChain chain) {
        while (chain.count < count) {
            Span span = withRoom.first();
            if (span == null) return;
            takeFrom(span, count - chain.count, chain);
        }
    }

    /// Puts up to `count` blocks of one span before those of the chain.
    private void takeFrom(Span span, int count, TcChain chain) {
        long first = span.chain;
        long last = 0;
        long at = first;
        int taken = 0;
        while (at != 0 && taken < count) {
            last = at;
            at = checkedLink(at);
            taken++;
        }
        span.chain = at;
        if (taken < count && span.fresh != span.limit) {
            long fresh = span.fresh;
            if (last == 0) first = fresh;
            else Memory.putLong(last, fresh);
            int cut = (int) Math.min(count - taken, (span.limit - fresh) / size);
            for (int i = 1; i < cut; i++, fresh += size) Memory.putLong(fresh, fresh + size);
            last = fresh;
            span.fresh = fresh + size;
            taken += cut;
        }
        Memory.putLong(last, chain.head);
        chain.head = first;
        chain.count += taken;
        span.out += taken;
        if (isEmpty(span)) SpanList.remove(span);
    }

    private long checkedLink(long block) {
        long next = Memory.getLong(block);
        if (next != 0 && heap.map().kindAt(next) != sizeClass + 1) throw overwritten(block);
        return next;
    }

    private static boolean isEmpty(Span span) {
        return span.chain == 0 && span.fresh == span.limit;
    }

    private boolean populate() {
        Span span = heap.take(TcClasses.pages(sizeClass));
        if (span == null) return false;
        heap.mark(span, sizeClass + 1);
        span.fresh = heap.address(span);
        span.limit = span.fresh + (long) TcClasses.blocks(sizeClass) * size;
        withRoom.prepend(span);
        spans++;
        return true;
    }

    private void giveBack(long head) {
        for (long block = head, next; block != 0; block = next) {
            next = checkedLink(block);
            giveBack(block, heap.at(block));
        }
    }

    private void giveBack(long block, Span span) {
        if (span == null
                || span.kind != sizeClass + 1
                || span.out == 0
                || block >= span.fresh
                || !TcClasses.isOnGrid(sizeClass, (int) (block - heap.address(span)))) {
            throw new CorruptHeapError(
                    TcMalloc.NAME,
                    block,
                    "expected a live block: freed twice, or the inside of one");
        }
        out--;
        if (--span.out == 0) {
            if (!isEmpty(span)) SpanList.remove(span);
            spans--;
            heap.free(span);
            return;
        }
        if (isEmpty(span)) withRoom.prepend(span);
        Memory.putLong(block, span.chain);
        span.chain = block;
    }

    private static CorruptHeapError overwritten(long block) {
        return new CorruptHeapError(
                TcMalloc.NAME, block, "expected the link of a free block, found it overwritten");
    }

    // ---- slots ----

    private boolean hasSlot() {
        if (slotsUsed < slotsMax) return true;
        if (slotsMax == slots.length || !all.evict(sizeClass)) return false;
        slotsMax++;
        return true;
    }

    /// Gives up one slot for another class, if nobody holds the lock.
    ///
    /// @param force whether also one that holds a batch
    boolean shrink(boolean force) {
        if (!lock.tryLock()) return false;
        try {
            if (slotsMax == 0 || slotsUsed == slotsMax && !force) return false;
            if (slotsUsed == slotsMax) giveBack(slots[--slotsUsed]);
            slotsMax--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Empties the slots into the spans.
    ///
    /// @return whether there was anything
    boolean release() {
        lock.lock();
        try {
            boolean some = slotsUsed > 0;
            while (slotsUsed > 0) giveBack(slots[--slotsUsed]);
            return some;
        } finally {
            lock.unlock();
        }
    }

    // ---- looking ----

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /// Blocks out of spans and slots. As of some moment.
    long blocksOut() {
        return out - blocksInSlots();
    }

    long blocksInSlots() {
        return (long) slotsUsed * batch;
    }

    /// Blocks in the spans, cut or not.
    long blocksInSpans() {
        return (long) spans * TcClasses.blocks(sizeClass) - out;
    }

    int spans() {
        return spans;
    }

    int slotsUsed() {
        return slotsUsed;
    }

    long slot(int number) {
        return slots[number];
    }

    SpanList withRoom() {
        return withRoom;
    }

    /// Bytes of the slots.
    long tableBytes() {
        return (long) slots.length * Long.BYTES;
    }
}
