package org.allod.jemalloc.stats;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Names with dots and their values, in the order in which they were put in.
///
/// Owner thread only. Source: jemalloc's mallctl names and `malloc_stats_print`, spec 3.7.
public final class StatsTree {
    private static final String LETTERS = "Jgmdablxeh";

    private final Map<String, Object> values = new LinkedHashMap<>();

    /// An empty one.
    public StatsTree() {}

    /// Puts a value in: a number, a boolean or a text.
    public void put(String name, Object value) {
        values.put(name, value);
    }

    /// All, not to be changed.
    public Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    // ---- which ----

    private static void check(String options) {
        for (char letter : options.toCharArray()) {
            if (LETTERS.indexOf(letter) < 0) {
                throw new IllegalArgumentException(
                        "options=" + options + ", expected letters of " + LETTERS);
            }
        }
    }

    /// Whether the letters leave a name out.
    private static boolean isOmitted(String name, String options) {
        boolean general = !name.startsWith("stats.");
        boolean arena = name.startsWith("stats.arenas.");
        return general && options.contains("g")
                || arena && options.contains("a")
                || name.contains(".bins.") && options.contains("b")
                || name.contains(".lextents.") && options.contains("l")
                || name.contains(".extents.") && options.contains("e")
                || name.contains(".mutex") && options.contains("x")
                || !general && !arena && options.contains("m")
                || name.contains(".destroyed") && options.contains("d");
    }

    // ---- text ----

    /// The values as lines and tables, or as JSON if the letters say so.
    ///
    /// @throws IllegalArgumentException if a letter is unknown
    public String text(String options) {
        check(options);
        if (options.contains("J")) return json(options);
        StringBuilder text = new StringBuilder("___ Begin jemalloc statistics ___\n");
        String table = "";
        for (Map.Entry<String, Object> entry : values.entrySet()) {
            String name = entry.getKey();
            if (isOmitted(name, options)) continue;
            String row = rowOf(name);
            if (row.isEmpty()) {
                if (!table.isEmpty()) text.append('\n');
                table = "";
                text.append(name).append(": ").append(entry.getValue()).append('\n');
                continue;
            }
            if (!row.equals(table)) text.append(table.isEmpty() ? "" : "\n").append(row);
            table = row;
            String column = name.substring(row.length() + 1);
            text.append("  ").append(column).append(' ').append(entry.getValue());
        }
        if (!table.isEmpty()) text.append('\n');
        return text.append("--- End jemalloc statistics ---\n").toString();
    }

    /// The part of a name that stands for a row of a table, or nothing.
    private static String rowOf(String name) {
        for (String table : new String[] {"bins.", "lextents.", "extents.", "bin.", "lextent."}) {
            int at = name.lastIndexOf("." + table);
            if (at < 0) continue;
            int end = name.indexOf('.', at + table.length() + 1);
            if (end > 0) return name.substring(0, end);
        }
        return "";
    }

    // ---- JSON ----

    /// The values as JSON, nested at their dots.
    ///
    /// @param options as for [#text]
    public String json(String options) {
        check(options);
        Map<String, Object> root = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (!isOmitted(name, options)) nest(root, name, value);
        });
        StringBuilder text = new StringBuilder();
        object(text, Map.of("jemalloc", root), "");
        return text.append('\n').toString();
    }

    @SuppressWarnings("unchecked")
    private static void nest(Map<String, Object> root, String name, Object value) {
        String[] names = name.split("\\.");
        Map<String, Object> at = root;
        for (int i = 0; i < names.length - 1; i++) {
            at = (Map<String, Object>) at.computeIfAbsent(names[i], _ -> new LinkedHashMap<>());
        }
        at.put(names[names.length - 1], value);
    }

    private static void object(StringBuilder text, Map<?, ?> map, String indent) {
        List<String> members = new ArrayList<>();
        String inner = indent + "  ";
        map.forEach((name, value) -> {
            StringBuilder member = new StringBuilder(inner).append('"').append(name).append("\": ");
            if (value instanceof Map<?, ?> nested) object(member, nested, inner);
            else if (value instanceof String string) quote(member, string);
            else member.append(value);
            members.add(member.toString());
        });
        text.append("{\n").append(String.join(",\n", members)).append('\n').append(indent);
        text.append('}');
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"');
        for (char c : string.toCharArray()) {
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c < ' ') text.append("\\u%04x".formatted((int) c));
            else text.append(c);
        }
        text.append('"');
    }
}
