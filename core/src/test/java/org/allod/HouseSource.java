package org.allod;

import java.util.List;

/// One Java source as the house rules see it: the raw lines, and the code without what people say.
///
/// @param path from the project's root, with `/`
/// @param lines as written
/// @param code the same lines, comments and the insides of literals blanked
record HouseSource(String path, List<String> lines, List<String> code) {
    static HouseSource of(String path, String text) {
        return new HouseSource(path, List.of(split(text)), List.of(split(blanked(text))));
    }

    /// core, junit, lab, bench or jcstress.
    String module() {
        return path.substring(0, path.indexOf('/'));
    }

    boolean isMain() {
        return path.contains("/src/main/");
    }

    boolean isNamed(String file) {
        return path.endsWith("/" + file);
    }

    /// `org.allod.buddy`; empty for the unnamed package and for module-info.
    String packageName() {
        int root = path.indexOf("/java/");
        int file = path.lastIndexOf('/');
        int from = root + "/java/".length();
        return root < 0 || file < from ? "" : path.substring(from, file).replace('/', '.');
    }

    private static String[] split(String text) {
        return text.split("\n", -1);
    }

    // ---- comments and literals ----

    private static String blanked(String text) {
        StringBuilder code = new StringBuilder(text);
        int at = 0;
        while (at < text.length()) {
            int end = endOfBlank(text, at);
            if (end == at) {
                at++;
                continue;
            }
            for (int i = at; i < end; i++) {
                if (code.charAt(i) != '\n') code.setCharAt(i, ' ');
            }
            at = end;
        }
        return code.toString();
    }

    /// Where the comment or literal that starts at `at` ends; `at` when none does.
    private static int endOfBlank(String text, int at) {
        if (text.startsWith("//", at)) return after(text, "\n", at + 2) - 1;
        if (text.startsWith("/*", at)) return after(text, "*/", at + 2);
        if (text.startsWith("\"\"\"", at)) return literal(text, "\"\"\"", at);
        if (text.charAt(at) == '"') return literal(text, "\"", at);
        if (text.charAt(at) == '\'') return literal(text, "'", at);
        return at;
    }

    private static int after(String text, String mark, int from) {
        int at = text.indexOf(mark, from);
        return at < 0 ? text.length() : at + mark.length();
    }

    private static int literal(String text, String quote, int at) {
        int i = at + quote.length();
        while (i < text.length() && !text.startsWith(quote, i)) {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(text.length(), i + quote.length());
    }
}
