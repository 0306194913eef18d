package org.allod.tcmalloc;

import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.parts.PageHeap;

/// The heap's numbers, by the names that gperftools gives them.
///
/// ```
///   virtual  =  released  +  actual
///   actual   =  application  +  page heap free  +  central  +  transfer  +  thread caches
///               +  tables
/// ```
///
/// Each is true by itself; the sums are exact in quiet. Source: spec 1.8.
final class TcProperties {
    private static final String GENERIC = "generic.";
    private static final String OURS = "tcmalloc.";

    private final Region region;
    private final TcRequests requests;
    private final PageHeap heap;
    private final long sampleParameter;
    private long heapLimitMb;
    private boolean aggressive;

    TcProperties(Region region, TcRequests requests, TcOptions options) {
        this.region = region;
        this.requests = requests;
        this.heap = requests.heap;
        this.sampleParameter = options.sampleParameter();
        heap.releaseRate(options.releaseRate());
        limit(options.heapLimitMb());
        aggressive(options.aggressiveDecommit());
    }

    private void limit(long mebibytes) {
        heapLimitMb = mebibytes;
        heap.limit(mebibytes == 0 ? Long.MAX_VALUE : mebibytes << 20);
    }

    private void aggressive(boolean all) {
        aggressive = all;
        heap.aggressive(all);
    }

    // ---- by name ----

    long get(String name) {
        if (name.startsWith(OURS + "pageheap_")) return pageHeap(name);
        return switch (name) {
            case GENERIC + "current_allocated_bytes" -> granted();
            case GENERIC + "heap_size" -> system();
            case GENERIC + "total_physical_bytes" -> region.committed() + requests.tableBytes();
            case OURS + "slack_bytes" ->
                    pageHeap(OURS + "pageheap_free_bytes")
                            + pageHeap(OURS + "pageheap_unmapped_bytes");
            case OURS + "central_cache_free_bytes" -> central();
            case OURS + "transfer_cache_free_bytes" -> transfer();
            case OURS + "thread_cache_free_bytes", OURS + "current_total_thread_cache_bytes" ->
                    cached();
            case OURS + "max_total_thread_cache_bytes" -> requests.caches.budget.total();
            case OURS + "min_per_thread_cache_bytes" -> requests.caches.budget.floor();
            case OURS + "aggressive_memory_decommit" -> aggressive ? 1 : 0;
            case OURS + "heap_limit_mb" -> heapLimitMb;
            case OURS + "impl.thread_cache_count" -> requests.caches.all().size();
            case OURS + "sampling_period_bytes", OURS + "sample_parameter" -> sampleParameter;
            default -> throw unknown(name);
        };
    }

    private long pageHeap(String name) {
        return switch (name.substring((OURS + "pageheap_").length())) {
            case "free_bytes" -> bytes(heap.pagesFree());
            case "unmapped_bytes" -> bytes(heap.pagesReturned());
            case "committed_bytes" -> bytes(heap.pagesSystem() - heap.pagesReturned());
            case "scavenge_count" -> heap.counts().scavenges();
            case "commit_count" -> heap.counts().commits();
            case "total_commit_bytes" -> bytes(heap.counts().pagesCommitted());
            case "decommit_count" -> heap.counts().decommits();
            case "total_decommit_bytes" -> bytes(heap.counts().pagesDecommitted());
            case "reserve_count" -> heap.counts().reserves();
            case "total_reserve_bytes" -> bytes(heap.counts().pagesReserved());
            default -> throw unknown(name);
        };
    }

    void set(String name, long value) {
        switch (name) {
            case OURS + "max_total_thread_cache_bytes" ->
                    requests.caches.budget.total(checked(name, value));
            case OURS + "min_per_thread_cache_bytes" ->
                    requests.caches.budget.floor(checked(name, value));
            case OURS + "aggressive_memory_decommit" -> aggressive(checked(name, value) != 0);
            case OURS + "heap_limit_mb" -> limit(checked(name, value));
            default ->
                    throw new IllegalArgumentException(
                            "property=" + name + ", expected one of the four limits");
        }
    }

    private static long checked(String name, long value) {
        if (value >= 0 && value < 1L << 42) return value;
        throw new IllegalArgumentException(name + "=" + value + ", expected 0 to 2^42");
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "property=" + name + ", expected one of gperftools' numeric ones");
    }

    // ---- sums ----

    private static long bytes(long pages) {
        return pages << TcClasses.PAGE_SHIFT;
    }

    /// Bytes below the frontier.
    long system() {
        return bytes(heap.pagesSystem());
    }

    /// Free bytes in the spans of small blocks, their tails included.
    long central() {
        long sum = 0;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            TcCentral list = requests.centrals.of(c);
            long tail = bytes(TcClasses.pages(c)) - (long) TcClasses.blocks(c) * list.size;
            sum += list.blocksInSpans() * list.size + list.spans() * tail;
        }
        return sum + startBytes();
    }

    /// Free bytes in the slots.
    long transfer() {
        long sum = 0;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            TcCentral list = requests.centrals.of(c);
            sum += list.blocksInSlots() * list.size;
        }
        return sum;
    }

    /// Free bytes in the caches.
    long cached() {
        long sum = 0;
        for (TcCache cache : requests.caches.all()) sum += cache.bytes();
        return sum;
    }

    /// Bytes in callers' hands, rounding included.
    long granted() {
        long out = 0;
        long spanPages = 0;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            TcCentral list = requests.centrals.of(c);
            out += list.blocksOut() * list.size;
            spanPages += (long) list.spans() * TcClasses.pages(c);
        }
        return bytes(heap.pagesUsed() - spanPages) + out - cached() - startBytes();
    }

    private long startBytes() {
        long sum = 0;
        for (int c = 0; c < TcRequests.START; c++) {
            if (requests.started()[c] != 0) sum += TcClasses.BYTES[c];
        }
        return sum;
    }

    /// As [org.allod.Allocator#stats].
    AllocatorStats stats(long failures) {
        long blocksCached = 0;
        for (TcCache cache : requests.caches.all()) {
            for (int c = 0; c < TcClasses.COUNT; c++) blocksCached += cache.length(c);
        }
        long used = requests.largeBlocks.get() - blocksCached;
        for (int c = 0; c < TcClasses.COUNT; c++) used += requests.centrals.of(c).blocksOut();
        for (long started : requests.started()) used -= started != 0 ? 1 : 0;
        long allocations = requests.caches.allocations();
        long tables = requests.tableBytes();
        peakTables = Math.max(peakTables, tables);
        return AllocatorStats.builder()
                .live(-1, granted())
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(tables, region.committedMax() + peakTables)
                .cached(blocksCached, cached())
                .calls(allocations, allocations - used, requests.resizes.get(), failures)
                .build();
    }

    /// Most bytes of tables that were seen; they hardly shrink.
    private long peakTables;
}
