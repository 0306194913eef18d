package org.allod.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Where a heap's memory comes from: what each allocation site has allocated, and what of it lives.
///
/// The numbers speak for all blocks, not for the sampled ones only, and are rounded to whole ones.
/// The longer the sites' totals are against the mean, the truer they are: of n samples the standard
/// error is 1 in the square root of n, 3 % where a site has allocated 1,000 means.
///
/// @param mean bytes between two samples, at least 1
/// @param sites each stack once
public record HeapProfile(long mean, List<Site> sites) {

    /// One allocation site.
    ///
    /// @param stack innermost frame first; empty: not known
    /// @param objects allocated since the heap was opened
    /// @param bytes of them
    /// @param objectsLive those that have not been freed
    /// @param bytesLive of them
    public record Site(
            List<StackTraceElement> stack,
            long objects,
            long bytes,
            long objectsLive,
            long bytesLive) {}

    /// How the text form is laid out: both are called `heap_v2`, and tools read both.
    public enum Text {
        /// As gperftools writes it: a line a site.
        TCMALLOC,
        /// As jemalloc writes it: a line for the stack, one for its numbers.
        JEMALLOC
    }

    /// Copies the list.
    public HeapProfile {
        sites = List.copyOf(sites);
    }

    /// All sites' numbers together, its stack empty.
    public Site total() {
        long objects = 0;
        long bytes = 0;
        long objectsLive = 0;
        long bytesLive = 0;
        for (Site site : sites) {
            objects += site.objects;
            bytes += site.bytes;
            objectsLive += site.objectsLive;
            bytesLive += site.bytesLive;
        }
        return new Site(List.of(), objects, bytes, objectsLive, bytesLive);
    }

    /// Writes a gzip'd pprof `profile.proto`, for `go tool pprof` and what else reads it.
    ///
    /// Sample types: `alloc_objects`, `alloc_space`, `inuse_objects` and, shown first,
    /// `inuse_space`. Leaves `out` open.
    public void pprof(OutputStream out) throws IOException {
        Pprof pprof =
                new Pprof(
                        mean,
                        new Pprof.Type("alloc_objects", "count"),
                        new Pprof.Type("alloc_space", "bytes"),
                        new Pprof.Type("inuse_objects", "count"),
                        new Pprof.Type("inuse_space", "bytes"));
        for (Site site : sites) {
            pprof.sample(site.stack, site.objects, site.bytes, site.objectsLive, site.bytesLive);
        }
        pprof.write(out);
    }

    /// The live bytes as collapsed stacks, a line a site: `outermost;...;innermost bytes`.
    ///
    /// What flame-graph tools read. Sites without a live byte are left out.
    public String collapsedLive() {
        Collapsed lines = new Collapsed();
        for (Site site : sites) lines.add(site.stack, site.bytesLive);
        return lines.toString();
    }

    /// All bytes ever allocated as collapsed stacks.
    public String collapsedAll() {
        Collapsed lines = new Collapsed();
        for (Site site : sites) lines.add(site.stack, site.bytes);
        return lines.toString();
    }

    /// The profile as `heap_v2` text with a table of symbols before it, for `jeprof` and `pprof`.
    ///
    /// Its readers multiply by what a sample of a site's average size stands for; the numbers here
    /// are divided by it, so that they end at this profile's.
    public String heapV2(Text text) {
        return new HeapText(this).toString(text);
    }

    /// One line on what lives, as jemalloc prints it where a program ends with blocks that were
    /// never freed: `Leak approximation summary: ~N bytes, ~M objects, >= K contexts`.
    ///
    /// Empty where no sampled block lives.
    public String leakSummary() {
        long contexts = 0;
        for (Site site : sites) if (site.objectsLive > 0) contexts++;
        if (contexts == 0) return "";
        Site all = total();
        return "Leak approximation summary: ~%d bytes, ~%d objects, >= %d contexts"
                .formatted(all.bytesLive, all.objectsLive, contexts);
    }
}
