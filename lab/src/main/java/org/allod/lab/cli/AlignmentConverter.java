package org.allod.lab.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Alignments on the command line: powers of two, `k`, `m`, `g` allowed.
public final class AlignmentConverter implements ITypeConverter<Long> {

    /// Picocli makes one.
    public AlignmentConverter() {}

    @Override
    public Long convert(String value) {
        long alignment = new SizeConverter().convert(value);
        if (Long.bitCount(alignment) == 1) return alignment;
        throw new TypeConversionException("alignment=" + value + ", expected a power of two");
    }
}
