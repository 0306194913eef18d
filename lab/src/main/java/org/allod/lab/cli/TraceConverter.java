package org.allod.lab.cli;

import org.allod.lab.trace.TraceException;
import org.allod.lab.trace.TraceSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A trace on the command line: a file, `-`, or a bundled name. What names nothing is refused here.
public final class TraceConverter implements ITypeConverter<TraceSource> {

    /// Picocli makes one.
    public TraceConverter() {}

    @Override
    public TraceSource convert(String value) {
        try {
            return TraceSource.of(value);
        } catch (TraceException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
