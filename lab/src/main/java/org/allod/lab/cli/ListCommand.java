package org.allod.lab.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.allod.heap.Allocators;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `allod list`: one allocator a line, name TAB sentence.
@Command(
        name = "list",
        description = "Names the allocators, one a line: name, tab, sentence.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    ListCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Allocators.Entry entry : Allocators.all()) {
            out.print(entry.name() + "\t" + entry.sentence() + "\n");
        }
        return Main.FINE;
    }
}
