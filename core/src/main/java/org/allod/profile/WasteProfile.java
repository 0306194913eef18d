package org.allod.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Why a heap cannot give memory back: the free bytes in partly used slabs, divided among the
/// sites whose live blocks keep those slabs from being empty.
///
/// The numbers speak for all blocks in slabs; their sum over all sites is the free memory in all
/// slabs that have a live block, within the sampling's error.
///
/// @param mean bytes between two noted blocks, at least 1
/// @param sites each stack once
public record WasteProfile(long mean, List<Site> sites) {

    /// One allocation site.
    ///
    /// @param stack innermost frame first; empty: not known
    /// @param objects live blocks in partly used slabs
    /// @param bytes free beside them, and pinned by them
    public record Site(List<StackTraceElement> stack, long objects, long bytes) {}

    /// Copies the list.
    public WasteProfile {
        sites = List.copyOf(sites);
    }

    /// Free bytes that all sites pin.
    public long bytes() {
        long sum = 0;
        for (Site site : sites) sum += site.bytes;
        return sum;
    }

    /// Writes a gzip'd pprof `profile.proto` with the sample types `pinning_objects` and, shown
    /// first, `pinned_space`. Leaves `out` open.
    public void pprof(OutputStream out) throws IOException {
        Pprof pprof =
                new Pprof(
                        mean,
                        new Pprof.Type("pinning_objects", "count"),
                        new Pprof.Type("pinned_space", "bytes"));
        for (Site site : sites) pprof.sample(site.stack, site.objects, site.bytes);
        pprof.write(out);
    }

    /// The pinned bytes as collapsed stacks, a line a site: `outermost;...;innermost bytes`.
    public String collapsed() {
        Collapsed lines = new Collapsed();
        for (Site site : sites) lines.add(site.stack, site.bytes);
        return lines.toString();
    }
}
