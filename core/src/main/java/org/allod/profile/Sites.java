package org.allod.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// All allocation sites of a profiler, each once; each frame once, too.
///
/// What the library itself has on top of the stack is left out: classes named `org.allod.*` that
/// came from the same jar as this one. (By name alone the lab's and the tests' frames would go as
/// well, by the jar alone those of a program that was packed into one.)
final class Sites {
    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final int depth;
    private final Map<StackTraceElement, StackTraceElement> frames = new HashMap<>();
    private final Map<List<StackTraceElement>, Site> sites = new HashMap<>();

    /// @param depth frames of a stack that are kept, at least 1
    Sites(int depth) {
        if (depth < 1)
            throw new IllegalArgumentException("depth=" + depth + ", expected at least 1");
        this.depth = depth;
    }

    /// The caller's stack, innermost frame first. Any thread, no lock.
    List<StackTraceElement> here() {
        return WALKER.walk(this::outside);
    }

    private List<StackTraceElement> outside(Stream<StackWalker.StackFrame> stack) {
        return stack.dropWhile(frame -> isOurs(frame.getDeclaringClass()))
                .limit(depth)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList();
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("org.allod.")
                && type.getProtectionDomain() == Sites.class.getProtectionDomain();
    }

    /// The site of a stack. Under the profiler's lock.
    Site of(List<StackTraceElement> stack) {
        Site known = sites.get(stack);
        if (known != null) return known;
        List<StackTraceElement> shared = new ArrayList<>(stack.size());
        for (StackTraceElement frame : stack) {
            StackTraceElement first = frames.putIfAbsent(frame, frame);
            shared.add(first == null ? frame : first);
        }
        Site site = new Site(List.copyOf(shared));
        sites.put(site.stack, site);
        return site;
    }

    /// Every site, in no order. Under the profiler's lock.
    Iterable<Site> all() {
        return sites.values();
    }
}
