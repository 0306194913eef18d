package org.allod.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.allod.heap.Allocators;

/// JMH's command line, with all of our allocators where none is named.
///
/// Annotations hold constants only, so the benchmarks' parameter `allocator` says `buddy` there;
/// here it gets the names of [Allocators], and a later allocator joins by being in that table.
public final class Main {
    private static final String NAME = "allocator=";

    private Main() {}

    /// Runs JMH. An unknown allocator ends the JVM with 2.
    ///
    /// @param arguments as JMH's own; `-h` lists them
    /// @throws IOException if JMH cannot read its list of benchmarks or write its results
    public static void main(String[] arguments) throws IOException {
        org.openjdk.jmh.Main.main(withAllocators(arguments));
    }

    /// The arguments, and `-p allocator=` with all names unless they have one.
    static String[] withAllocators(String[] arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        List<String> chosen = all.stream().filter(argument -> argument.contains(NAME)).toList();
        chosen.forEach(Main::checkNames);
        if (chosen.isEmpty()) all.addAll(List.of("-p", NAME + Allocators.names().replace(" ", "")));
        return all.toArray(String[]::new);
    }

    private static void checkNames(String argument) {
        String names = argument.substring(argument.indexOf(NAME) + NAME.length());
        try {
            for (String name : names.split(",")) Allocators.named(name);
        } catch (IllegalArgumentException unknown) {
            exit(unknown);
        }
    }

    /// Ends the JVM with what went wrong in one line.
    static void exit(Exception thrown) {
        System.err.println(thrown.getMessage());
        System.exit(2);
    }
}
