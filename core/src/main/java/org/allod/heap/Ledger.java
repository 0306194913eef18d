package org.allod.heap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;
import org.allod.own.Leak;

/// The segments that a [Heap] has handed out and not taken back, and who asked for them.
///
/// Where sites are tracked, all other blocks, too: [TrackedAllocator].
///
/// About 90 B of Java heap a block; a site is kept once, however many blocks it has. Any thread,
/// lock-free.
final class Ledger {
    /// Frames kept of a site: enough to pass a framework's layers.
    private static final int DEPTH = 16;

    /// Packages whose classes ask in the name of their callers.
    private static final List<String> OWN_USERS = List.of("org.allod.ffm.", "org.allod.own.");

    private static final StackWalker WALKER = StackWalker.getInstance();

    /// What is known of a block.
    record Block(long size, long alignment, List<StackTraceElement> site) {}

    private final Map<Long, Block> blocks = new ConcurrentHashMap<>();
    private final Map<List<StackTraceElement>, List<StackTraceElement>> sites =
            new ConcurrentHashMap<>();
    private final boolean siteWanted;

    /// @param siteWanted whether blocks remember who asked for them
    Ledger(boolean siteWanted) {
        this.siteWanted = siteWanted;
    }

    void add(long address, long size, long alignment) {
        blocks.put(address, new Block(size, alignment, siteWanted ? site() : List.of()));
    }

    void putBack(long address, Block block) {
        blocks.put(address, block);
    }

    /// Takes out the block at `address`, or null if there is none known.
    Block remove(long address) {
        return blocks.remove(address);
    }

    /// Takes out the block that the segment is.
    ///
    /// @param owner tells foreign addresses
    /// @throws IllegalArgumentException if it is a heap array or a part of a live block
    /// @throws CorruptHeapError if no block is live there
    Block take(MemorySegment segment, Allocator owner) {
        long address = segment.address();
        if (!segment.isNative()) throw wrong(segment, "a segment of this heap, not an array");
        Block block = blocks.get(address);
        if (block != null && block.size == segment.byteSize() && blocks.remove(address, block)) {
            return block;
        }
        throw noBlock(segment, owner);
    }

    // ---- cold ----

    private Error noBlock(MemorySegment segment, Allocator owner) {
        long address = segment.address();
        for (Map.Entry<Long, Block> entry : blocks.entrySet()) {
            long offset = address - entry.getKey();
            if (offset >= 0 && offset < Math.max(1, entry.getValue().size)) {
                throw wrong(
                        segment,
                        "all of the block of %d B, of which this starts at byte %d"
                                .formatted(entry.getValue().size, offset));
            }
        }
        return new CorruptHeapError(
                "Heap",
                address,
                owner.owns(address)
                        ? "no live block of " + segment.byteSize() + " B there: freed twice?"
                        : "foreign, expected a segment of this heap");
    }

    private static IllegalArgumentException wrong(MemorySegment segment, String expected) {
        return new IllegalArgumentException(
                "segment=0x%x+%d, expected %s"
                        .formatted(segment.address(), segment.byteSize(), expected));
    }

    private List<StackTraceElement> site() {
        List<StackTraceElement> site =
                WALKER.walk(frames ->
                        frames.dropWhile(Ledger::isOurs)
                                .limit(DEPTH)
                                .map(StackWalker.StackFrame::toStackTraceElement)
                                .toList());
        List<StackTraceElement> known = sites.putIfAbsent(site, site);
        return known == null ? site : known;
    }

    private static boolean isOurs(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.equals(Ledger.class.getName())
                || name.equals(Heap.class.getName())
                || name.equals(TrackedAllocator.class.getName())
                || name.equals(TrackedMalloc.class.getName())
                || name.equals(Allocator.class.getName())
                || name.equals(SegmentAllocator.class.getName())
                || OWN_USERS.stream().anyMatch(name::startsWith);
    }

    /// All live blocks by site, most bytes first. Those that are neither segments nor an owner's
    /// that is watched have no site.
    ///
    /// @param stats of the allocator, which counts all
    /// @param owners that are open, as far as they are watched
    List<LeakReport> reports(AllocatorStats stats, List<Leak> owners) {
        Map<List<StackTraceElement>, LeakReport> bySite = new HashMap<>();
        long count = 0;
        long bytes = 0;
        for (Block block : blocks.values()) {
            count++;
            bytes += block.size;
            bySite.merge(block.site, new LeakReport(block.site, 1, block.size), Ledger::sum);
        }
        for (Leak leak : owners) {
            if (leak.blocks() == 0) continue;
            count += leak.blocks();
            bytes += leak.bytes();
            LeakReport report = new LeakReport(leak.site(), leak.blocks(), leak.bytes());
            bySite.merge(leak.site(), report, Ledger::sum);
        }
        if (stats.blocksUsed() > count) {
            long used = stats.requested() < 0 ? stats.granted() : stats.requested();
            long rawBytes = Math.max(0, used - bytes);
            LeakReport raw = new LeakReport(List.of(), stats.blocksUsed() - count, rawBytes);
            bySite.merge(List.of(), raw, Ledger::sum);
        }
        List<LeakReport> reports = new ArrayList<>(bySite.values());
        reports.sort(Comparator.comparingLong(LeakReport::bytes).reversed());
        return reports;
    }

    private static LeakReport sum(LeakReport left, LeakReport right) {
        return new LeakReport(
                left.site(), left.blocks() + right.blocks(), left.bytes() + right.bytes());
    }
}
