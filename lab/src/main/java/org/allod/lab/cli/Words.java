package org.allod.lab.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.allod.lab.replay.Placements;
import org.allod.lab.replay.Touch;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Options that are one word out of a few: the constants of an enum, in small letters.
final class Words {
    private Words() {}

    /// Who replays.
    enum Threads {
        ORDER,
        OWN
    }

    /// Who resizes.
    enum Realloc {
        OWN,
        COPY
    }

    private static <E extends Enum<E>> E constant(E[] all, String word) {
        for (E one : all) {
            if (word(one).equals(word)) return one;
        }
        throw new TypeConversionException(
                "'%s', expected %s"
                        .formatted(
                                word,
                                Arrays.stream(all)
                                        .map(Words::word)
                                        .collect(Collectors.joining(" or "))));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    // ---- picocli makes one of each ----

    static final class ThreadsConverter implements ITypeConverter<Threads> {
        ThreadsConverter() {}

        @Override
        public Threads convert(String word) {
            return constant(Threads.values(), word);
        }
    }

    static final class ReallocConverter implements ITypeConverter<Realloc> {
        ReallocConverter() {}

        @Override
        public Realloc convert(String word) {
            return constant(Realloc.values(), word);
        }
    }

    static final class TouchConverter implements ITypeConverter<Touch> {
        TouchConverter() {}

        @Override
        public Touch convert(String word) {
            return constant(Touch.values(), word);
        }
    }

    static final class OffsetsConverter implements ITypeConverter<Placements.Origin> {
        OffsetsConverter() {}

        @Override
        public Placements.Origin convert(String word) {
            return constant(Placements.Origin.values(), word);
        }
    }
}
