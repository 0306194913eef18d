package org.allod.lab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.allod.lab.trace.TraceSource;
import org.allod.lab.trace.TraceSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `allod info TRACE...`: what is in a trace.
@Command(
        name = "info",
        description = "Shows what is in a trace: operations, threads, sizes, lifetimes, peak.",
        mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
    @ParentCommand private Main main;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "TRACE",
            arity = "1",
            converter = TraceConverter.class,
            description = "A file in any accepted format, - for standard input, or a bundled name.")
    private List<TraceSource> traces;

    InfoCommand() {}

    @Override
    public Integer call() {
        List<TraceSummary> summaries = new ArrayList<>();
        for (TraceSource source : traces) {
            main.progress().show("reading " + source);
            summaries.add(TraceSummary.of(source.read()));
        }
        main.progress().clear();
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < summaries.size(); i++) {
            if (i > 0) out.println();
            new InfoPage(summaries.get(i), out).print();
        }
        return Main.FINE;
    }
}
