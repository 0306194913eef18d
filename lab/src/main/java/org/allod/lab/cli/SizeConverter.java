package org.allod.lab.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Sizes on the command line: bytes, or with `k`, `m`, `g` for 2^10, 2^20, 2^30; at least 1.
public final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,19})([kmgKMG]?)");

    /// Picocli makes one.
    public SizeConverter() {}

    @Override
    public Long convert(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) throw bad(value);
        int shift =
                switch (matcher.group(2)) {
                    case "" -> 0;
                    case "k", "K" -> 10;
                    case "m", "M" -> 20;
                    default -> 30;
                };
        try {
            long number = Long.parseLong(matcher.group(1));
            if (number == 0 || number > Long.MAX_VALUE >> shift) throw bad(value);
            return number << shift;
        } catch (NumberFormatException _) {
            throw bad(value);
        }
    }

    private static TypeConversionException bad(String value) {
        return new TypeConversionException(
                "size=" + value + ", expected 1 to 2^63 - 1 bytes, such as 4096, 64k, 16m or 4g");
    }
}
