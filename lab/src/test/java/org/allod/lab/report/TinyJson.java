package org.allod.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads JSON strictly, so that a test can look at what was written: maps, lists, strings, doubles.
final class TinyJson {
    private final String text;
    private int at;

    private TinyJson(String text) {
        this.text = text;
    }

    /// The value that the whole text is.
    ///
    /// @throws IllegalArgumentException if it is none
    static Object parse(String text) {
        TinyJson json = new TinyJson(text);
        Object value = json.value();
        if (json.at != text.length()) throw json.wrong();
        return value;
    }

    private Object value() {
        char c = text.charAt(at);
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        if (next('}')) return members;
        do {
            String name = string();
            expect(':');
            if (members.put(name, value()) != null) throw wrong();
        } while (next(','));
        expect('}');
        return members;
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        expect('[');
        if (next(']')) return items;
        do {
            items.add(value());
        } while (next(','));
        expect(']');
        return items;
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\') {
                expect('u');
                c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                at += 4;
            }
            string.append(c);
        }
        at++;
        return string.toString();
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw wrong();
        at += word.length();
        return value;
    }

    private Double number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        if (at == from) throw wrong();
        return Double.valueOf(text.substring(from, at));
    }

    private boolean next(char c) {
        boolean found = text.charAt(at) == c;
        if (found) at++;
        return found;
    }

    private void expect(char c) {
        if (!next(c)) throw wrong();
    }

    private IllegalArgumentException wrong() {
        String near = text.substring(Math.max(0, at - 20), Math.min(text.length(), at + 20));
        return new IllegalArgumentException("JSON, character " + at + ", near " + near);
    }
}
