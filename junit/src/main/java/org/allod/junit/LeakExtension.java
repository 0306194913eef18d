package org.allod.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.allod.heap.Heap;
import org.allod.heap.HeapBuilder;
import org.allod.heap.LeakReport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstantiationAwareExtension;

/// A JUnit extension that gives each test a [Heap] and fails the test that leaks.
///
/// ```java
/// @ExtendWith(LeakExtension.class)
/// class ParserTest {
///     @Test
///     void parses(Heap heap) {
///         try (Parser parser = new Parser(heap)) { ... }
///     }
/// }
/// ```
///
/// A parameter of type
/// - **[Heap]**, of a test, its constructor, `@BeforeEach` or `@AfterEach`: the test's own heap. It
///   is closed after the last `@AfterEach`; what is live then fails the test, by allocation site.
///   In `@BeforeAll` and `@AfterAll`: one heap for the class, which is what then fails.
/// - **[HeapBuilder]**: a new builder at each place, for heaps that the test opens and closes
///   itself: what is live at their close fails the test, too.
///
/// Other heaps: `@RegisterExtension` with [#with]. A test that has failed stays failed for its own
/// reason; the leak is added to it.
///
/// Not found: blocks of a heap that a test opens by its own builder, or opens and does not close.
///
/// Threads: any, as tests in parallel need it; each test has a heap of its own.
public final class LeakExtension
        implements ParameterResolver,
                AfterEachCallback,
                AfterAllCallback,
                TestInstantiationAwareExtension {

    private final Supplier<HeapBuilder> builders;

    /// With heaps of their defaults, and every block's allocation site.
    public LeakExtension() {
        this(() -> Heap.builder().tracking(Heap.Tracking.SITES));
    }

    private LeakExtension(Supplier<HeapBuilder> builders) {
        this.builders = builders;
    }

    /// With heaps of yours: `LeakExtension.with(() -> Heap.builder().checked(true))`.
    ///
    /// @param builders makes a new builder each time; its `onLeak` is replaced
    public static LeakExtension with(Supplier<HeapBuilder> builders) {
        return new LeakExtension(Objects.requireNonNull(builders, "builders"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Heap.class || type == HeapBuilder.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Watch watch = watch(context);
        return parameter.getParameter().getType() == Heap.class ? watch.heap() : watch.builder();
    }

    /// A test's constructor belongs to the test, and so does its heap.
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(
            ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        watch(context).end(context.getDisplayName());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        watch(context).end(context.getDisplayName());
    }

    /// That of exactly this context: a test does not get the heap of its class.
    private Watch watch(ExtensionContext context) {
        return context.getStore(Namespace.create(this))
                .computeIfAbsent(context.getUniqueId(), id -> new Watch(builders), Watch.class);
    }

    /// The heap of one test, and the leaks of all that it watches.
    private static final class Watch {
        private final ReentrantLock lock = new ReentrantLock();
        private final Supplier<HeapBuilder> builders;
        private final List<LeakReport> leaks = new ArrayList<>();
        private Heap heap;

        Watch(Supplier<HeapBuilder> builders) {
            this.builders = builders;
        }

        HeapBuilder builder() {
            return builders.get().onLeak(this::add);
        }

        Heap heap() {
            lock.lock();
            try {
                if (heap == null) heap = builder().open();
                return heap;
            } finally {
                lock.unlock();
            }
        }

        private void add(LeakReport leak) {
            lock.lock();
            try {
                leaks.add(leak);
            } finally {
                lock.unlock();
            }
        }

        /// @throws AssertionError if something leaked
        void end(String test) {
            if (heap != null) heap.close();
            if (leaks.isEmpty()) return;
            long blocks = leaks.stream().mapToLong(LeakReport::blocks).sum();
            long bytes = leaks.stream().mapToLong(LeakReport::bytes).sum();
            throw new AssertionError(
                    "%s leaks %d block%s, %d B%n%s"
                            .formatted(
                                    test,
                                    blocks,
                                    blocks == 1 ? "" : "s",
                                    bytes,
                                    leaks.stream()
                                            .map(LeakReport::toString)
                                            .collect(Collectors.joining("\n"))));
        }
    }
}
