package org.allod.lab.cli;

import org.allod.heap.Allocators;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An allocator's name on the command line: one of ours, or `native:` and a C library.
public final class AllocatorConverter implements ITypeConverter<String> {
    /// What stands before the path or soname of a C library, or before `libc`.
    public static final String NATIVE = "native:";

    /// Picocli makes one.
    public AllocatorConverter() {}

    @Override
    public String convert(String value) {
        boolean library = value.startsWith(NATIVE) && value.length() > NATIVE.length();
        if (library || isOurs(value)) return value;
        throw new TypeConversionException(
                "allocator=%s, expected one of %s, native:libc or native:LIBRARY"
                        .formatted(value, Allocators.names()));
    }

    private static boolean isOurs(String name) {
        return Allocators.all().stream().anyMatch(entry -> entry.name().equals(name));
    }
}
