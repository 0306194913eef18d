package org.allod.own;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Leaks that were found, told once for each place.
final class Leaks {
    /// How long after the first leak of a place the others are waited for: one collection finds
    /// most of them. Milliseconds.
    private static final long WAIT_MILLIS = 200;

    private static final Map<Site, Leak> FOUND = new ConcurrentHashMap<>();

    private static volatile Consumer<? super Leak> listener;

    private Leaks() {}

    /// @param wanted null for the logger
    static void listener(Consumer<? super Leak> wanted) {
        listener = wanted;
    }

    /// One owner that was made at `site` was collected open.
    static void found(Site site, Leak leak) {
        if (FOUND.merge(site, leak, Leaks::sum) == leak) {
            Thread.ofVirtual().name("allod-leak").start(() -> tell(site));
        }
    }

    static Leak sum(Leak left, Leak right) {
        return new Leak(
                left.owner(),
                left.site(),
                left.owners() + right.owners(),
                left.blocks() + right.blocks(),
                left.bytes() + right.bytes());
    }

    private static void tell(Site site) {
        try {
            Thread.sleep(WAIT_MILLIS);
        } catch (InterruptedException early) {
            Thread.currentThread().interrupt();
        }
        Leak leak = FOUND.get(site);
        Consumer<? super Leak> told = listener;
        if (told != null) told.accept(leak);
        else warn(leak);
    }

    private static void warn(Leak leak) {
        String hint =
                Tracing.level() == Tracing.Level.SAMPLED
                        ? "; only 1 owner in 128 is watched, -Dallod.tracing=every tells all"
                        : "";
        System.getLogger("org.allod.own")
                .log(System.Logger.Level.WARNING, "collected without close(): " + leak + hint);
    }
}
