package org.allod;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The rules every source keeps. Each takes sources and gives findings: where, what, what instead.
final class HouseRules {
    static final int COLUMNS = 100;
    static final int FILE_LINES = 400;
    static final int METHOD_LINES = 60;

    /// Files that are over [#FILE_LINES] today, with their lines: a number here only goes down.
    static final Map<String, Integer> LONG_FILES = Map.of();

    private HouseRules() {}

    /// @param line from 1
    record Finding(String path, int line, String what, String instead) {
        @Override
        public String toString() {
            return path + ":" + line + ": " + what + ": " + instead;
        }
    }

    // ---- who may use whom ----

    private static final Pattern OURS =
            Pattern.compile("\\borg\\.allod((?:\\.[a-z][a-z0-9]*)*)(?![a-z0-9])");
    private static final Set<String> BELOW_PARTS = Set.of("own", "ffm", "check", "profile");

    static List<Finding> imports(HouseSource source) {
        List<Finding> found = new ArrayList<>();
        if (!source.isMain() || source.isNamed("module-info.java")) return found;
        for (int i = 0; i < source.code().size(); i++) {
            String line = source.code().get(i);
            if (line.startsWith("package ")) continue;
            for (Matcher ours = OURS.matcher(line); ours.find(); ) {
                String used = family("org.allod" + ours.group(1));
                String wrong = wrongUse(source, used, line);
                if (wrong != null) found.add(finding(source, i, "uses org.allod." + used, wrong));
            }
        }
        return found;
    }

    /// What to do instead, or null when the use is right.
    private static String wrongUse(HouseSource source, String used, String line) {
        if (line.startsWith("import module ")) return "import the classes by name";
        if (source.module().equals("jcstress")) return null; // tries the parts themselves
        if (!source.module().equals("core")) {
            return used.equals("parts") ? "use what is exported" : null;
        }
        String user = family(source.packageName());
        if (used.equals("lab") || used.equals("bench")) return "core knows no application";
        if (user.equals(used) || user.equals("heap")) return null;
        if (used.equals("heap")) return "nothing in core uses heap; take an Allocator";
        if (used.equals("memory")) return null;
        if (user.equals("memory")) return "memory uses nothing of ours";
        if (used.isEmpty()) return null;
        if (user.isEmpty()) return "org.allod uses only memory";
        if (user.equals("parts")) return "parts use only org.allod and memory";
        if (BELOW_PARTS.contains(user)) return user + " uses only org.allod and memory";
        if (used.equals("parts") || used.equals("profile")) return null;
        if (user.equals("nedmalloc") && used.equals("dlmalloc")) return null;
        return "an allocator uses org.allod, memory, parts and profile; extract a part";
    }

    /// `jemalloc` for `org.allod.jemalloc.extent`; empty for `org.allod` itself.
    private static String family(String packageName) {
        String[] names = packageName.split("\\.");
        return names.length < 3 ? "" : names[2];
    }

    // ---- sizes ----

    static List<Finding> columns(HouseSource source) {
        List<Finding> found = new ArrayList<>();
        for (int i = 0; i < source.lines().size(); i++) {
            String line = source.lines().get(i);
            int columns = line.codePointCount(0, line.length());
            if (columns <= COLUMNS || line.startsWith("import ")) continue;
            found.add(finding(source, i, columns + " columns", "at most " + COLUMNS));
        }
        return found;
    }

    static List<Finding> fileLength(HouseSource source, Map<String, Integer> longFiles) {
        if (!source.isMain() || source.isNamed("package-info.java")) return List.of();
        int lines = source.lines().size() - 1;
        int limit = longFiles.getOrDefault(source.path(), FILE_LINES);
        if (lines > limit) {
            String instead = "at most " + limit + "; split it where it has a second job";
            return List.of(finding(source, lines - 1, lines + " lines", instead));
        }
        if (limit > FILE_LINES && lines < limit) {
            String instead = "lower its number in HouseRules.LONG_FILES, or take it out";
            return List.of(finding(source, lines - 1, lines + " lines, allowed " + limit, instead));
        }
        return List.of();
    }

    private static final Pattern TYPE = Pattern.compile("\\b(class|interface|enum|record)\\s+\\w");
    private static final Pattern NAME = Pattern.compile("(\\w+)\\s*(\\(|$)");

    static List<Finding> methodLength(HouseSource source) {
        List<Finding> found = new ArrayList<>();
        if (!source.isMain()) return found;
        List<String> headers = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        StringBuilder header = new StringBuilder();
        for (int i = 0; i < source.code().size(); i++) {
            String line = source.code().get(i);
            for (int at = 0; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '{') {
                    headers.add(header.toString());
                    starts.add(i);
                } else if (c == '}' && !headers.isEmpty()) {
                    String opened = headers.removeLast();
                    int lines = i - starts.removeLast() + 1;
                    boolean member = !headers.isEmpty() && isType(headers.getLast());
                    if (member && isMethod(opened) && lines > METHOD_LINES) {
                        String what = name(opened) + " is " + lines + " lines long";
                        String instead = "at most " + METHOD_LINES + "; split off its cold half";
                        found.add(finding(source, i - lines + 1, what, instead));
                    }
                }
                if (c == '{' || c == '}' || c == ';') header.setLength(0);
                else header.append(c);
            }
            header.append(' ');
        }
        return found;
    }

    private static boolean isType(String header) {
        return TYPE.matcher(header).find() && !withoutArguments(header).contains("=");
    }

    private static boolean isMethod(String header) {
        return !isType(header) && !withoutArguments(header).contains("=");
    }

    private static String withoutArguments(String header) {
        String flat = header;
        String before;
        do {
            before = flat;
            flat = flat.replaceAll("\\([^()]*\\)", "()");
            flat = flat.replaceAll("\\(\\)(?=.*\\(\\))", "");
        } while (!flat.equals(before));
        return flat;
    }

    private static String name(String header) {
        Matcher name = NAME.matcher(withoutArguments(header).strip());
        return name.find() ? name.group(1) : "a block";
    }

    // ---- what every package has ----

    static List<Finding> packageInfo(List<HouseSource> sources) {
        Map<String, HouseSource> firsts = new TreeMap<>();
        Set<String> described = new TreeSet<>();
        for (HouseSource source : sources) {
            if (!source.isMain() || source.isNamed("module-info.java")) continue;
            String folder = source.path().substring(0, source.path().lastIndexOf('/'));
            firsts.putIfAbsent(folder, source);
            boolean essay = source.lines().stream().anyMatch(line -> line.startsWith("/// "));
            if (source.isNamed("package-info.java") && essay) described.add(folder);
        }
        firsts.keySet().removeAll(described);
        return firsts.entrySet().stream()
                .map(e -> new Finding(e.getKey(), 1, "no package essay", "write package-info.java"))
                .toList();
    }

    private static final Pattern PUBLIC = Pattern.compile(" *(public|protected) (?!\\w+ \\{).*");
    private static final Pattern IN_INTERFACE =
            Pattern.compile("    (default |static )?\\w[\\w.<>\\[\\]?, ]* \\w+\\(.*");

    /// What users see has a comment; javadoc's own check would want a tag for each parameter, too.
    static List<Finding> comments(HouseSource source) {
        List<Finding> found = new ArrayList<>();
        if (!LIBRARY.test(source) || family(source.packageName()).equals("parts")) return found;
        boolean api = source.code().stream().anyMatch(l -> l.matches("public .*interface .*"));
        for (int i = 0; i < source.code().size(); i++) {
            String line = source.code().get(i);
            boolean seen = PUBLIC.matcher(line).matches();
            seen |= api && IN_INTERFACE.matcher(line).matches();
            if (seen && !commented(source, i)) {
                found.add(finding(source, i, "no comment", "say what it is and in which unit"));
            }
        }
        return found;
    }

    private static boolean commented(HouseSource source, int declaration) {
        int i = declaration - 1;
        while (i >= 0 && source.code().get(i).strip().startsWith("@")) {
            if (source.code().get(i).contains("@Override")) return true;
            i--;
        }
        return i >= 0 && source.lines().get(i).strip().startsWith("///");
    }

    // ---- words ----

    /// @param said true: looked for in comments and literals as well
    private record Ban(String regex, boolean said, Predicate<HouseSource> where, String instead) {}

    private static final Predicate<HouseSource> ANYWHERE = source -> true;
    private static final Predicate<HouseSource> LIBRARY =
            source -> source.isMain() && Set.of("core", "junit").contains(source.module());

    private static final List<Ban> BANS =
            List.of(
                    new Ban("\\bsun\\.misc\\.", false, ANYWHERE, "org.allod.memory.Memory"),
                    new Ban("\\bjdk\\.internal\\.", false, ANYWHERE, "a public API"),
                    new Ban(
                            "\\breinterpret\\(",
                            false,
                            source -> !source.packageName().equals("org.allod.memory"),
                            "Memory makes segments by address"),
                    new Ban("\\bSystem\\.(out|err)\\b", false, LIBRARY, "System.Logger, or throw"),
                    new Ban("\\bprintStackTrace\\b", false, LIBRARY, "System.Logger, or throw"),
                    new Ban("\\bsynchronized\\b", false, LIBRARY, "ReentrantLock, or a CAS word"),
                    new Ban("\\b(TO" + "DO|FIX" + "ME)\\b", true, ANYWHERE, "do it, or an issue"));

    static List<Finding> bannedWords(HouseSource source) {
        List<Finding> found = new ArrayList<>();
        for (Ban ban : BANS) {
            if (!ban.where().test(source)) continue;
            List<String> lines = ban.said() ? source.lines() : source.code();
            Pattern pattern = Pattern.compile(ban.regex());
            for (int i = 0; i < lines.size(); i++) {
                Matcher match = pattern.matcher(lines.get(i));
                if (match.find()) found.add(finding(source, i, match.group(), ban.instead()));
            }
        }
        return found;
    }

    private static final Pattern DECLARED =
            Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w*)");
    private static final Set<String> EMPTY_WORDS =
            Set.of(
                    "Manager",
                    "Helper",
                    "Helpers",
                    "Util",
                    "Utils",
                    "Impl",
                    "Abstract",
                    "Base",
                    "Handler");

    static List<Finding> classNames(HouseSource source) {
        List<Finding> found = new ArrayList<>();
        for (int i = 0; i < source.code().size(); i++) {
            for (Matcher name = DECLARED.matcher(source.code().get(i)); name.find(); ) {
                for (String word : name.group(1).split("(?=[A-Z])")) {
                    if (!EMPTY_WORDS.contains(word)) continue;
                    String instead = word + " says nothing; name what it is";
                    found.add(finding(source, i, "class name " + name.group(1), instead));
                }
            }
        }
        return found;
    }

    private static Finding finding(HouseSource source, int index, String what, String instead) {
        return new Finding(source.path(), index + 1, what, instead);
    }
}
