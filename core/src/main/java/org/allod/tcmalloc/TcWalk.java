package org.allod.tcmalloc;

import java.util.BitSet;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.PageHeap;
import org.allod.parts.Span;

/// Shows what is where: span by span, block by block.
///
/// ```
///   span of small blocks   │ USED │ FREE │ CACHED │ USED │ FREE, not cut yet │ tail: OVERHEAD │
///   large block            │ USED ....................................................... │
///   free span              │ FREE ....................................................... │
/// ```
///
/// Needs quiet.
final class TcWalk {
    /// Smallest block, log2.
    private static final int UNIT_LOG2 = 3;

    private final Region region;
    private final TcRequests requests;
    private final PageHeap heap;
    private final long base;

    /// Blocks in caches, and those in slots and chains, by the number of their first 8 bytes.
    private final BitSet cached = new BitSet();

    private final BitSet free = new BitSet();

    TcWalk(Region region, TcRequests requests) {
        this.region = region;
        this.requests = requests;
        this.heap = requests.heap;
        this.base = requests.map.address(0);
        for (TcCache cache : requests.caches.all()) {
            for (int c = 0; c < TcClasses.COUNT; c++) note(cached, cache.newest(c));
        }
        for (int c = 0; c < TcClasses.COUNT; c++) {
            TcCentral list = requests.centrals.of(c);
            for (int i = 0; i < list.slotsUsed(); i++) note(free, list.slot(i));
        }
    }

    private void note(BitSet set, long head) {
        for (long block = head;
                requests.map.kindAt(block) != 0 && !set.get(unit(block));
                block = Memory.getLong(block)) {
            set.set(unit(block));
        }
    }

    private int unit(long block) {
        return Math.toIntExact(block - base >>> UNIT_LOG2);
    }

    /// As [org.allod.Allocator#walk].
    void walk(BlockVisitor visitor) {
        if (base > region.base()) visitor.block(region.base(), base - region.base(), Kind.OVERHEAD);
        long page = 0;
        while (page < heap.pagesSystem()) {
            Span span = heap.startingAt(page);
            walk(span, visitor);
            page += span.pages();
        }
        long frontier = requests.map.address(page);
        if (frontier < region.end()) {
            visitor.block(frontier, region.end() - frontier, Kind.OVERHEAD);
        }
    }

    private void walk(Span span, BlockVisitor visitor) {
        long start = heap.address(span);
        if (span.state() != Span.USED) {
            visitor.block(start, heap.bytes(span), Kind.FREE);
        } else if (span.kind == 0) {
            visitor.block(start, heap.bytes(span), Kind.USED);
        } else {
            walkBlocks(span, start, visitor);
        }
    }

    private void walkBlocks(Span span, long start, BlockVisitor visitor) {
        note(free, span.chain);
        int size = TcClasses.BYTES[span.kind - 1];
        for (long block = start; block < span.fresh; block += size) {
            visitor.block(block, size, kindOf(block));
        }
        long end = start + heap.bytes(span);
        if (span.fresh < span.limit) {
            visitor.block(span.fresh, span.limit - span.fresh, Kind.FREE);
        }
        if (span.limit < end) visitor.block(span.limit, end - span.limit, Kind.OVERHEAD);
    }

    private Kind kindOf(long block) {
        if (free.get(unit(block))) return Kind.FREE;
        if (cached.get(unit(block))) return Kind.CACHED;
        for (long own : requests.started()) if (own == block) return Kind.OVERHEAD;
        return Kind.USED;
    }
}
