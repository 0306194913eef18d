package org.allod.lab.cli;

import org.allod.lab.replay.Contender;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An allocator's name on the command line: one of ours, with its options behind it, or `native:`
/// and a C library.
public final class AllocatorConverter implements ITypeConverter<String> {
    /// How options are written, for the help.
    static final String OPTIONS =
            "With options: ptmalloc:arena_max=1:top_pad=4k. A wrong one is answered with those that"
                    + " there are.";

    /// Picocli makes one.
    public AllocatorConverter() {}

    @Override
    public String convert(String value) {
        try {
            return new Contender(value).name();
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }
}
