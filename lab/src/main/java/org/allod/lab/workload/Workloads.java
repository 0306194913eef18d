package org.allod.lab.workload;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// The one table of workloads: a line each. A constructor takes the divisor of the work.
public final class Workloads {
    private static final List<IntFunction<Workload>> ALL =
            List.of(
                    Larson::unsized,
                    Larson::sized,
                    XmallocTest::new,
                    Mstress::new,
                    Rptest::new,
                    Sh6bench::new,
                    Sh8bench::new,
                    CacheLines::scratch,
                    CacheLines::thrash,
                    AllocTest::new,
                    GlibcSimple::new,
                    GlibcThread::new,
                    Mleak::new);

    private Workloads() {}

    /// A new one of each, in the order of the table, with all of its work.
    public static List<Workload> all() {
        return ALL.stream().map(each -> each.apply(1)).toList();
    }

    /// A new one of that name.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists the known ones
    public static Workload named(String name) {
        return named(name, 1);
    }

    /// A new one of that name that does a part of its work.
    ///
    /// @param divisor from 1, all of it; programs that go on until they are stopped ignore it
    /// @throws IllegalArgumentException if there is none; the message lists the known ones
    static Workload named(String name, int divisor) {
        for (IntFunction<Workload> each : ALL) {
            Workload workload = each.apply(divisor);
            if (workload.name().equals(name)) return workload;
        }
        throw new IllegalArgumentException("workload=" + name + ", expected one of " + names());
    }

    /// The names, with commas between.
    public static String names() {
        return all().stream().map(Workload::name).collect(Collectors.joining(", "));
    }
}
