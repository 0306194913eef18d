package org.allod.dlmalloc;

import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Shows what is where, in address order.
///
/// ```
///  │ state,   │tag│ caller's, │tag│ caller's │ free chunk, │tag│ ... │ top  │ not      │ runs
///  │ OVERHEAD │   │ USED      │   │          │ FREE        │   │     │ FREE │ OVERHEAD │
///  base      first + 8
/// ```
///
/// A chunk in use is its tag of 8 bytes (16 with footers) and the caller's bytes, which reach 8
/// bytes into the next chunk: so the pieces of a chunk are those from its tag to the next one's.
final class DlWalk {
    /// From a chunk to its head, where its pieces start.
    private static final long TAG = DlChunk.PAYLOAD - DlChunk.OVERHEAD;

    private DlWalk() {}

    /// As [org.allod.Allocator#walk].
    static void walk(String name, DlRequests requests, BlockVisitor visitor) {
        DlHeap heap = requests.heap;
        DlPages pages = requests.pages;
        Region region = pages.region();
        piece(visitor, region.base(), heap.first() + TAG, Kind.OVERHEAD);
        for (long chunk = heap.first(); chunk != heap.top(); ) {
            long size = checkedSize(name, heap, chunk);
            long end = chunk + size + TAG;
            if ((DlChunk.head(chunk) & DlChunk.C) != 0) {
                long address = DlChunk.address(chunk);
                piece(visitor, chunk + TAG, address, Kind.OVERHEAD);
                piece(visitor, address, address + heap.usable(chunk), Kind.USED);
                piece(visitor, address + heap.usable(chunk), end, Kind.OVERHEAD);
            } else {
                piece(visitor, chunk + TAG, end, Kind.FREE);
            }
            chunk += size;
        }
        long topEnd = heap.top() + heap.topSize();
        piece(visitor, heap.top() + TAG, topEnd, Kind.FREE);
        long end = runs(requests.runs, topEnd, visitor);
        piece(visitor, end, region.end(), Kind.OVERHEAD);
    }

    private static long runs(DlRuns runs, long from, BlockVisitor visitor) {
        for (int i = 0; i < runs.count(); i++) {
            long address = DlChunk.address(runs.chunk(i));
            piece(visitor, from, address, Kind.OVERHEAD);
            from = address + runs.usable(i);
            piece(visitor, address, from, Kind.USED);
        }
        return from;
    }

    private static void piece(BlockVisitor visitor, long from, long to, Kind kind) {
        if (to > from) visitor.block(from, to - from, kind);
    }

    /// Size of a chunk, which must end in the heap.
    static long checkedSize(String name, DlHeap heap, long chunk) {
        long size = DlChunk.size(chunk);
        if (size < DlChunk.MIN
                || (size & DlChunk.ALIGNMENT - 1) != 0
                || size > heap.top() - chunk) {
            throw new CorruptHeapError(
                    name,
                    DlChunk.address(chunk),
                    "dlmalloc.I1: expected a chunk of 32 bytes or more that ends in the heap, found"
                            + " size "
                            + size);
        }
        return size;
    }

    /// As [DlMalloc#mallinfo].
    static MallInfo mallinfo(String name, DlRequests requests) {
        DlHeap heap = requests.heap;
        DlPages pages = requests.pages;
        long blocks = 1;
        long free = heap.topSize() + DlPages.TRAILER;
        for (long chunk = heap.first(), size; chunk != heap.top(); chunk += size) {
            size = checkedSize(name, heap, chunk);
            if ((DlChunk.head(chunk) & DlChunk.C) != 0) continue;
            blocks++;
            free += size;
        }
        long direct = 0;
        for (int i = 0; i < requests.runs.count(); i++) direct += requests.runs.length(i);
        long arena = pages.frontier() - pages.base();
        return new MallInfo(
                arena,
                blocks,
                direct,
                Math.max(arena + direct, pages.region().committedMax()),
                arena + direct - free,
                free,
                heap.topSize());
    }
}
