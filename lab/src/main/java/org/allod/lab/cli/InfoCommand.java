package org.allod.lab.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.allod.lab.trace.Trace;
import org.allod.lab.trace.TraceSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `allod info TRACE...`: what is in a trace.
@Command(
        name = "info",
        description = "Shows what is in a trace: operations, threads, sizes, lifetimes, peak.",
        mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "TRACE",
            arity = "1..*",
            converter = TraceConverter.class,
            description = "A file in any accepted format, - for standard input, or a bundled name.")
    private List<TraceSource> traces;

    InfoCommand() {}

    @Override
    public Integer call() {
        for (TraceSource source : traces) {
            Trace trace = source.read();
            spec.commandLine().getOut().println(trace.name() + " " + trace.length());
        }
        return Main.FINE;
    }
}
