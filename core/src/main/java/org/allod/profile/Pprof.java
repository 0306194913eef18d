package org.allod.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// A profile in pprof's `profile.proto`: texts, functions and locations by number, then samples.
///
/// ```
///   sample ──► locations, innermost first ──► function, line ──► name, file: numbers of texts
///      └─ a value for each type
/// ```
///
/// There is no mapping: a frame has its name, its file and its line, so nothing is left to look up.
///
/// Source: `profile.proto` of github.com/google/pprof (field numbers and meaning).
final class Pprof {
    /// What a value of a sample is: `inuse_space`, in `bytes`.
    record Type(String name, String unit) {}

    // ---- fields, by the message that they are of ----

    private static final int SAMPLE_TYPE = 1;
    private static final int SAMPLE = 2;
    private static final int LOCATION = 4;
    private static final int FUNCTION = 5;
    private static final int STRING_TABLE = 6;
    private static final int TIME_NANOS = 9;
    private static final int PERIOD_TYPE = 11;
    private static final int PERIOD = 12;
    private static final int DEFAULT_SAMPLE_TYPE = 14;

    private static final int TYPE_NAME = 1;
    private static final int TYPE_UNIT = 2;

    private static final int SAMPLE_LOCATIONS = 1;
    private static final int SAMPLE_VALUES = 2;

    private static final int LOCATION_ID = 1;
    private static final int LOCATION_LINE = 4;
    private static final int LINE_FUNCTION = 1;
    private static final int LINE_NUMBER = 2;

    private static final int FUNCTION_ID = 1;
    private static final int FUNCTION_NAME = 2;
    private static final int FUNCTION_SYSTEM_NAME = 3;
    private static final int FUNCTION_FILE = 4;

    private record Function(String name, String file) {}

    private record Location(long function, int line) {}

    private final Proto profile = new Proto();
    private final Map<String, Long> texts = new HashMap<>();
    private final Map<Function, Long> functions = new HashMap<>();
    private final Map<Location, Long> locations = new HashMap<>();

    /// A profile without samples.
    ///
    /// @param period bytes between two samples
    /// @param types of the values; the last one is what a tool shows first
    Pprof(long period, Type... types) {
        text("");
        for (Type type : types) profile.message(SAMPLE_TYPE, type(type));
        profile.message(PERIOD_TYPE, type(new Type("space", "bytes")));
        profile.number(PERIOD, period);
        profile.number(DEFAULT_SAMPLE_TYPE, text(types[types.length - 1].name));
    }

    /// Adds a sample, with a value for each type.
    void sample(List<StackTraceElement> stack, long... values) {
        long[] ids = new long[Math.max(1, stack.size())];
        if (stack.isEmpty()) ids[0] = location(Collapsed.UNKNOWN, "", 0);
        for (int i = 0; i < stack.size(); i++) {
            StackTraceElement frame = stack.get(i);
            String file = frame.getFileName() == null ? "" : frame.getFileName();
            ids[i] = location(Collapsed.name(frame), file, Math.max(0, frame.getLineNumber()));
        }
        Proto sample = new Proto();
        sample.numbers(SAMPLE_LOCATIONS, ids);
        sample.numbers(SAMPLE_VALUES, values);
        profile.message(SAMPLE, sample);
    }

    /// Writes all, gzip'd, with the time of now. Leaves `out` open.
    void write(OutputStream out) throws IOException {
        profile.number(TIME_NANOS, System.currentTimeMillis() * 1_000_000);
        GZIPOutputStream gzip = new GZIPOutputStream(out);
        gzip.write(profile.toByteArray());
        gzip.finish();
    }

    private Proto type(Type type) {
        Proto message = new Proto();
        message.number(TYPE_NAME, text(type.name));
        message.number(TYPE_UNIT, text(type.unit));
        return message;
    }

    private long location(String name, String file, int line) {
        Location key = new Location(function(new Function(name, file)), line);
        Long known = locations.get(key);
        if (known != null) return known;
        long id = locations.size() + 1L;
        locations.put(key, id);
        Proto where = new Proto();
        where.number(LINE_FUNCTION, key.function);
        where.number(LINE_NUMBER, line);
        Proto message = new Proto();
        message.number(LOCATION_ID, id);
        message.message(LOCATION_LINE, where);
        profile.message(LOCATION, message);
        return id;
    }

    private long function(Function function) {
        Long known = functions.get(function);
        if (known != null) return known;
        long id = functions.size() + 1L;
        functions.put(function, id);
        Proto message = new Proto();
        message.number(FUNCTION_ID, id);
        message.number(FUNCTION_NAME, text(function.name));
        message.number(FUNCTION_SYSTEM_NAME, text(function.name));
        message.number(FUNCTION_FILE, text(function.file));
        profile.message(FUNCTION, message);
        return id;
    }

    /// The number of a text; 0 is the empty one.
    private long text(String text) {
        Long known = texts.get(text);
        if (known != null) return known;
        long id = texts.size();
        texts.put(text, id);
        profile.text(STRING_TABLE, text);
        return id;
    }
}
