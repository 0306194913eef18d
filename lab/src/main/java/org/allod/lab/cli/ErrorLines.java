package org.allod.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
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
        print(command.getErr(), usageSentence(e, args) + " (see " + help + ")");
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

    private static String usageSentence(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (e instanceof UnmatchedArgumentException unmatched && command.getParent() == null) {
            String first = unmatched.getUnmatched().getFirst();
            if (!first.startsWith("-")) {
                return "unknown command '%s', expected one of %s"
                        .formatted(first, String.join(", ", command.getSubcommands().keySet()));
            }
        }
        if (!(e.getCause() instanceof TypeConversionException refused)) return e.getMessage();
        ArgSpec spec = e.getArgSpec();
        if (spec.type().isEnum()) return words(spec, e.getValue());
        if (spec instanceof OptionSpec option) {
            return option.longestName() + ": " + refused.getMessage();
        }
        String unknown = unknownOption(command, args);
        return unknown == null ? refused.getMessage() : "Unknown option: '" + unknown + "'";
    }

    /// The first option that the command does not have, or null. The value of a misspelt option
    /// looks like an argument, and would be refused before the option is.
    private static String unknownOption(CommandLine command, String[] args) {
        for (String arg : args) {
            if (arg.equals("--")) return null;
            String name = arg.replaceFirst("=.*", "");
            boolean known = command.getCommandSpec().optionsMap().containsKey(name);
            if (name.startsWith("--") && !known) return name;
        }
        return null;
    }

    /// Which words there are, as users type them: picocli knows the constants' names alone.
    private static String words(ArgSpec spec, String value) {
        String words =
                Arrays.stream(spec.type().getEnumConstants())
                        .map(word -> word.toString().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        String name = spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
        return name + ": '" + value + "', expected one of " + words;
    }

    private void print(PrintWriter err, String sentence) {
        progress.clear();
        err.println("allod: " + sentence.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
