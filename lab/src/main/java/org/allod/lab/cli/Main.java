package org.allod.lab.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.allod.CorruptHeapError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The launcher's entry: finds the command, runs it, answers with an exit code.
///
/// A command is a class with `@Command` that is named in `subcommands` here. It prints to
/// `spec.commandLine().getOut()`, shows [Progress] through its `@ParentCommand Main`, and answers
/// 0, or throws what [ErrorLines] makes one line of.
@Command(
        name = "allod",
        description = "Replays the allocations of real programs through allocators in Java.",
        subcommands = {
            ListCommand.class,
            InfoCommand.class,
            ReplayCommand.class,
            CompareCommand.class,
            WorkloadCommand.class,
            ExampleCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Callable<Integer> {
    /// Everything went well.
    public static final int FINE = 0;

    /// Something failed or did not verify.
    public static final int FAILED = 1;

    /// The command line makes no sense.
    public static final int USAGE = 2;

    private final Progress progress;

    @Spec private CommandSpec spec;

    private Main(Progress progress) {
        this.progress = progress;
    }

    /// Runs one command and ends the JVM with its exit code.
    ///
    /// @param args the command and its options
    public static void main(String[] args) {
        StandardStream out = StandardStream.output();
        PrintWriter err = new PrintWriter(System.err, true);
        int code = run(args, out.writer(), err, Progress.onTerminal(err));
        System.exit(out.finish(err, code));
    }

    /// Runs one command.
    ///
    /// @param args the command and its options
    /// @param out where results go
    /// @param err where errors go, a line each
    /// @return the exit code
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        return run(args, out, err, Progress.silent());
    }

    /// What long work tells people meanwhile; silent unless they look at a terminal.
    public Progress progress() {
        return progress;
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "no command, expected one of " + String.join(", ", spec.subcommands().keySet()));
    }

    private static int run(String[] args, PrintWriter out, PrintWriter err, Progress progress) {
        ErrorLines errors = new ErrorLines(progress);
        CommandLine line = line(new Main(progress), errors).setOut(out).setErr(err);
        try {
            return line.execute(args);
        } catch (CorruptHeapError | OutOfMemoryError e) {
            return errors.failure(e, line);
        } finally {
            progress.clear();
            out.flush();
            err.flush();
        }
    }

    /// How every command line of ours is read.
    static CommandLine line(Object command, ErrorLines errors) {
        return new CommandLine(command)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(errors::usage)
                .setExecutionExceptionHandler(errors::failure);
    }
}
