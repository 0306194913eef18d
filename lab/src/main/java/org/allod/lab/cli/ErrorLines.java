package org.allod.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.lab.trace.TraceException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Makes one line on standard error of whatever went wrong: `allod: what, expected ...`.
///
/// What a user can cause is told in a sentence. Anything else is our defect, and its stack follows.
final class ErrorLines {
    private final Progress progress;

    ErrorLines(Progress progress) {
        this.progress = progress;
    }

    /// The command line makes no sense.
    ///
    /// @return [Main#USAGE]
    int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        print(command.getErr(), usageSentence(e) + " (see " + help + ")");
        return Main.USAGE;
    }

    /// A command failed; picocli's signature.
    ///
    /// @return [Main#FAILED]
    int failure(Exception e, CommandLine command, ParseResult parsed) {
        return failure(e, command);
    }

    /// A command failed.
    ///
    /// @return [Main#FAILED]
    int failure(Throwable e, CommandLine command) {
        String sentence = sentence(e);
        if (sentence == null) {
            print(command.getErr(), "a defect of this program, please report it: " + e);
            e.printStackTrace(command.getErr());
        } else {
            print(command.getErr(), sentence);
        }
        return Main.FAILED;
    }

    /// What to tell people, or null if nobody but us can make sense of it.
    static String sentence(Throwable e) {
        return switch (e) {
            case TraceException _, CommandFailedException _, IllegalArgumentException _ ->
                    e.getMessage();
            case HeapExhaustedException _ -> "heap exhausted: " + e.getMessage();
            case CorruptHeapError _ -> "heap corrupt: " + e.getMessage();
            case OutOfMemoryError _ -> "Java's own heap is full (" + e.getMessage() + ")";
            case UncheckedIOException unchecked -> sentence(unchecked.getCause());
            case FileSystemException file -> fileSentence(file);
            case IOException _ -> e.getMessage() == null ? e.toString() : e.getMessage();
            default -> null;
        };
    }

    private static String fileSentence(FileSystemException e) {
        String why =
                switch (e) {
                    case NoSuchFileException _ -> "no such file or folder";
                    case AccessDeniedException _ -> "permission denied";
                    case FileAlreadyExistsException _ -> "exists already";
                    case NotDirectoryException _ -> "not a folder";
                    default -> e.getReason() == null ? "cannot be used" : e.getReason();
                };
        return e.getFile() + ": " + why;
    }

    private static String usageSentence(ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (e instanceof UnmatchedArgumentException unmatched && command.getParent() == null) {
            String first = unmatched.getUnmatched().getFirst();
            if (!first.startsWith("-")) {
                return "unknown command '%s', expected one of %s"
                        .formatted(first, String.join(", ", command.getSubcommands().keySet()));
            }
        }
        boolean converted = e.getCause() instanceof TypeConversionException;
        return converted ? option(e.getArgSpec()) + e.getCause().getMessage() : e.getMessage();
    }

    /// The option's name and a colon; nothing for an argument, which says itself what it is.
    private static String option(ArgSpec spec) {
        return spec instanceof OptionSpec option ? option.longestName() + ": " : "";
    }

    private void print(PrintWriter err, String sentence) {
        progress.clear();
        err.println("allod: " + sentence.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
