package org.allod.lab.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.allod.lab.replay.OutputFile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `FILE|-` on the command line: a file, checked at once, or standard output.
///
/// @param file or null: standard output
record OutputTarget(OutputFile file) {
    boolean isStandardOutput() {
        return file == null;
    }

    void write(PrintWriter standardOutput, Consumer<Writer> content) {
        if (file == null) content.accept(standardOutput);
        else file.write(content);
    }

    /// Picocli's way to one.
    static final class Converter implements ITypeConverter<OutputTarget> {
        Converter() {}

        @Override
        public OutputTarget convert(String value) {
            if (value.equals("-")) return new OutputTarget(null);
            return new OutputTarget(checked(value));
        }
    }

    /// Picocli's way to one that must be a file.
    static final class FileConverter implements ITypeConverter<OutputFile> {
        FileConverter() {}

        @Override
        public OutputFile convert(String value) {
            return checked(value);
        }
    }

    private static OutputFile checked(String value) {
        try {
            return new OutputFile(Path.of(value));
        } catch (IllegalArgumentException bad) {
            throw new TypeConversionException(bad.getMessage());
        }
    }
}
