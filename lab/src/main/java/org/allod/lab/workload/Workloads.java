package org.allod.lab.workload;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The one table of workloads: a line each.
public final class Workloads {
    private static final List<Supplier<Workload>> ALL = List.of(Mstress::new);

    private Workloads() {}

    /// A new one of each, in the order of the table.
    public static List<Workload> all() {
        return ALL.stream().map(Supplier::get).toList();
    }

    /// A new one of that name.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists the known ones
    public static Workload named(String name) {
        for (Workload workload : all()) {
            if (workload.name().equals(name)) return workload;
        }
        throw new IllegalArgumentException("workload=" + name + ", expected one of " + names());
    }

    /// The names, with commas between.
    public static String names() {
        return all().stream().map(Workload::name).collect(Collectors.joining(", "));
    }
}
