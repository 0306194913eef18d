package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

/// Gives back whole pages inside large free chunks, which the original keeps.
///
/// The periodic sweep takes only chunks that it has seen, unchanged, at the sweep before: it marks
/// them in their head, where any use, cut or merge wipes the mark. So a chunk that is in use again
/// and again keeps its pages, and an idle one loses them after some 8,000 frees of large chunks.
final class DlSweep {
    /// Smallest chunk that a periodic sweep looks at. Source: the default granule.
    private static final long IDLE_MIN = 64 << 10;

    /// Smallest chunk that can have a whole page inside. Derived: a page and the links.
    private static final long PUNCH_MIN = 4096 + DlChunk.LINKS_END;

    private DlSweep() {}

    /// The periodic one.
    ///
    /// @return bytes given back
    static long idle(String name, DlTree tree, DlPages pages) {
        return sweep(name, tree, pages, IDLE_MIN, true);
    }

    /// Everything that can be given back.
    ///
    /// @return bytes given back
    static long all(String name, DlTree tree, DlPages pages) {
        return sweep(name, tree, pages, PUNCH_MIN, false);
    }

    private static long sweep(
            String name, DlTree tree, DlPages pages, long sizeMin, boolean onlyIdle) {
        long bytes = 0;
        for (int bin = DlTree.bin(sizeMin); bin < DlTree.BINS; bin++) {
            for (long node = tree.rootOf(bin); node != NULL; node = tree.after(node)) {
                long chunk = node;
                do {
                    long head = DlChunk.head(chunk);
                    long size = DlChunk.sizeOf(head);
                    if (size < 0 || size > pages.frontier() - DlPages.TRAILER - chunk) {
                        throw DlFault.freeSize(name, chunk);
                    }
                    if (onlyIdle && (head & DlChunk.IDLE) == 0) {
                        DlChunk.setHead(chunk, head | DlChunk.IDLE);
                    } else if (size >= sizeMin) {
                        bytes += pages.punch(chunk, size);
                    }
                    chunk = tree.follower(chunk);
                } while (chunk != node);
            }
        }
        return bytes;
    }
}
