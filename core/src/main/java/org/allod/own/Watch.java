package org.allod.own;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.allod.Allocator;

/// What is remembered of an owner that is watched: where it was made and ended; and its words, for
/// when it is collected without an end.
///
/// The owner holds its watch, the watch never its owner: it has a handle of its own with the same
/// words.
final class Watch implements Runnable {
    private static final Cleaner CLEANER =
            Cleaner.create(Thread.ofPlatform().daemon().name("allod-leaks").factory());

    /// All that are open.
    private static final Set<Watch> OPEN = ConcurrentHashMap.newKeySet();

    private static volatile boolean keepLeaks;

    private final Owner words;
    private final Site made;
    private Site ended;
    private volatile boolean done;
    private Cleaner.Cleanable cleanable;

    private Watch(Owner words, Site made) {
        this.words = words;
        this.made = made;
    }

    /// Begins to watch an owner that is made here.
    static Watch of(Owner owner) {
        return of(owner, Site.here());
    }

    private static Watch of(Owner owner, Site made) {
        Owner words = owner.type().blank(owner.allocator);
        words.become(owner);
        Watch watch = new Watch(words, made);
        OPEN.add(watch);
        watch.cleanable = CLEANER.register(owner, watch);
        return watch;
    }

    /// Goes on with the handle that has all that the watched one had.
    Watch moved(Owner fresh) {
        return of(fresh, made);
    }

    /// The owner has another block, or other words.
    void refresh(Owner owner) {
        words.become(owner);
    }

    /// The owner has ended, here.
    void ended() {
        ended = Site.line();
        done = true;
        OPEN.remove(this);
        cleanable.clean();
    }

    /// What is known, to be put at the end of a message.
    String text() {
        return (ended == null ? "" : "; ended at " + ended) + "; made at " + made;
    }

    static void keepLeaks(boolean wanted) {
        keepLeaks = wanted;
    }

    // ---- collected ----

    /// The owner is gone: the Cleaner's thread calls, and [#ended] once.
    @Override
    public void run() {
        if (done) return;
        OPEN.remove(this);
        Leaks.found(made, leave());
    }

    /// Leaves what it owned to a thread that may free it.
    private Leak leave() {
        try {
            if (words.allocator.owns(words.address)) {
                return leak(keepLeaks ? Drops.measure(words, new HashSet<>()) : Drops.leave(words));
            }
        } catch (IllegalStateException | WrongThreadException gone) {
            // The allocator is closed, or the counts are another thread's: nothing can be freed.
        }
        return new Leak(words.name(), made.frames(), 1, 0, 0);
    }

    private Leak leak(Drops drops) {
        return new Leak(words.name(), made.frames(), 1, drops.freed(), drops.bytes());
    }

    // ---- open ----

    static List<Leak> live(Allocator allocator) {
        Map<Site, Leak> bySite = new HashMap<>();
        Set<Long> met = new HashSet<>();
        for (Watch watch : OPEN) {
            if (watch.words.allocator != allocator) continue;
            Leak leak = watch.leak(Drops.measure(watch.words, met));
            bySite.merge(watch.made, leak, Leaks::sum);
        }
        List<Leak> leaks = new ArrayList<>(bySite.values());
        leaks.sort(Comparator.comparingLong(Leak::bytes).reversed());
        return leaks;
    }
}
