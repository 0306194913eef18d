package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.allod.HouseRules.Finding;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The house rules hold for every source, and each rule is able to fail.
class HouseRulesTest {
    private static final List<String> MODULES =
            List.of("core", "junit", "lab", "bench", "jcstress");

    private static List<HouseSource> sources;

    @BeforeAll
    static void read() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("core/src"))) root = root.getParent();
        sources = new ArrayList<>();
        for (String module : MODULES) {
            Path folder = root.resolve(module).resolve("src");
            if (!Files.isDirectory(folder)) continue;
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String path = root.relativize(file).toString().replace('\\', '/');
                    sources.add(HouseSource.of(path, Files.readString(file)));
                }
            }
        }
        assertTrue(sources.size() > 20, () -> "only " + sources.size() + " sources in " + MODULES);
    }

    // ---- the rules, on all sources ----

    @Test
    void packagesUseOnlyWhatLiesBelow() {
        holds(HouseRules::imports);
    }

    @Test
    void linesFitTheColumns() {
        holds(HouseRules::columns);
    }

    @Test
    void filesAreShort() {
        holds(source -> HouseRules.fileLength(source, HouseRules.LONG_FILES));
    }

    @Test
    void methodsAreShort() {
        holds(HouseRules::methodLength);
    }

    @Test
    void everyPackageHasItsEssay() {
        none(HouseRules.packageInfo(sources));
    }

    @Test
    void whatIsPublicIsExplained() {
        holds(HouseRules::comments);
    }

    @Test
    void bannedWordsAreAbsent() {
        holds(HouseRules::bannedWords);
    }

    @Test
    void classNamesSayWhatTheyAre() {
        holds(HouseRules::classNames);
    }

    private static void holds(Function<HouseSource, List<Finding>> rule) {
        none(sources.stream().map(rule).flatMap(List::stream).toList());
    }

    private static void none(List<Finding> findings) {
        if (findings.isEmpty()) return;
        fail("\n" + String.join("\n", findings.stream().map(Finding::toString).toList()));
    }

    // ---- each rule can fail ----

    @ParameterizedTest
    @CsvSource({
        "memory, org.allod.Allocator",
        "memory, org.allod.parts.Bitmap",
        "'', org.allod.parts.Bitmap",
        "'', org.allod.buddy.BuddyAllocator",
        "parts, org.allod.buddy.BuddyAllocator",
        "buddy, org.allod.dlmalloc.DlMalloc",
        "dlmalloc, org.allod.nedmalloc.NedMalloc",
        "jemalloc.extent, org.allod.tcmalloc.TcMalloc",
        "buddy, org.allod.check.CheckedAllocator",
        "profile, org.allod.parts.Bitmap",
        "parts, org.allod.profile.SampleWait",
        "own, org.allod.profile.SampleWait",
        "own, org.allod.parts.Bitmap",
        "ffm, org.allod.own.Box",
        "check, org.allod.buddy.BuddyAllocator",
        "check, org.allod.heap.Heap",
        "buddy, org.allod.heap.Heap",
        "heap, org.allod.lab.cli.Main",
    })
    void refusesImport(String user, String used) {
        assertEquals(1, HouseRules.imports(inCore(user, "import " + used + ";")).size());
        assertEquals(1, HouseRules.imports(inCore(user, "  " + used + " x;")).size());
        assertEquals(0, HouseRules.imports(inCore(user, "// see " + used)).size());
    }

    @ParameterizedTest
    @CsvSource({
        "'', org.allod.memory.Memory",
        "parts, org.allod.Allocator",
        "buddy, org.allod.parts.Bitmap",
        "jemalloc.extent, org.allod.jemalloc.JeMalloc",
        "jemalloc, org.allod.profile.HeapProfiler",
        "heap, org.allod.profile.HeapProfile",
        "nedmalloc, org.allod.dlmalloc.DlMalloc",
        "own, org.allod.memory.Memory",
        "check, org.allod.Malloc",
        "heap, org.allod.check.CheckedAllocator",
        "heap, org.allod.buddy.BuddyAllocator",
    })
    void acceptsImport(String user, String used) {
        assertEquals(List.of(), HouseRules.imports(inCore(user, "import " + used + ";")));
    }

    @Test
    void applicationsUseWhatIsExported() {
        String parts = "import org.allod.parts.Bitmap;\n";
        String bench = "bench/src/main/java/org/allod/bench/X.java";
        assertEquals(1, HouseRules.imports(HouseSource.of(bench, parts)).size());
        String module = "import module org.allod;\n";
        assertEquals(1, HouseRules.imports(HouseSource.of(bench, module)).size());
    }

    @Test
    void refusesLongLines() {
        String box = "─".repeat(HouseRules.COLUMNS - 4);
        assertEquals(0, HouseRules.columns(inCore("buddy", "/// " + box)).size());
        assertEquals(1, HouseRules.columns(inCore("buddy", "/// ─" + box)).size());
        assertEquals(0, HouseRules.columns(inCore("buddy", "import a." + box + ".B;")).size());
    }

    @Test
    void ratchetsLongFiles() {
        HouseSource fits = inCore("buddy", "\n".repeat(HouseRules.FILE_LINES - 1));
        HouseSource over = inCore("buddy", "\n".repeat(HouseRules.FILE_LINES));
        assertEquals(0, HouseRules.fileLength(fits, Map.of()).size());
        assertEquals(1, HouseRules.fileLength(over, Map.of()).size());
        assertEquals(0, HouseRules.fileLength(over, Map.of(over.path(), 401)).size());
        assertEquals(1, HouseRules.fileLength(over, Map.of(over.path(), 402)).size());
    }

    @Test
    void refusesLongMethods() {
        String body = "\n".repeat(HouseRules.METHOD_LINES - 1);
        String wrap = "final class X {\n@A(b = 1) int f(int x) { if (x < 3) {%s} }\n}\n";
        assertEquals(0, lengths(wrap.formatted(body)).size());
        assertEquals(1, lengths(wrap.formatted(body + "\n")).size());
        assertEquals(1, lengths("record R(int a) {\nR {" + body + "\n}\n}\n").size());
        assertEquals(1, lengths("class C {\nstatic {" + body + "\n}\n}\n").size());
        assertEquals(0, lengths("class C {\nint[] x = {" + body + "\n};\n}\n").size());
        assertEquals(0, lengths("class C {\nclass D {" + body + "\n}\n}\n").size());
        String what = lengths(wrap.formatted(body + "\n")).getFirst().toString();
        assertTrue(what.contains("X.java:2: f is 61 lines long"), what);
    }

    private static List<Finding> lengths(String text) {
        return HouseRules.methodLength(HouseSource.of("core/src/main/java/X.java", text));
    }

    @Test
    void wantsEssays() {
        HouseSource code = inCore("buddy", "class X {}");
        String path = code.path().replace("X.java", "package-info.java");
        HouseSource essay = HouseSource.of(path, "/// Halves.\npackage org.allod.buddy;\n");
        HouseSource blank = HouseSource.of(path, "package org.allod.buddy;\n");
        assertEquals(1, HouseRules.packageInfo(List.of(code)).size());
        assertEquals(1, HouseRules.packageInfo(List.of(code, blank)).size());
        assertEquals(0, HouseRules.packageInfo(List.of(code, essay)).size());
    }

    @ParameterizedTest
    @CsvSource({
        "public final class X {",
        "    public X(int a) {",
        "    protected int f;",
        "public interface X {",
    })
    void wantsComments(String declared) {
        assertEquals(1, HouseRules.comments(inCore("buddy", declared)).size());
        assertEquals(0, HouseRules.comments(inCore("buddy", "/// Yes.\n" + declared)).size());
        assertEquals(1, HouseRules.comments(inCore("buddy", "@A(1)\n" + declared)).size());
        assertEquals(0, HouseRules.comments(inCore("buddy", "/// Yes.\n@A\n" + declared)).size());
        assertEquals(0, HouseRules.comments(inCore("buddy", "@Override\n" + declared)).size());
        assertEquals(0, HouseRules.comments(inCore("parts", declared)).size());
    }

    @Test
    void wantsCommentsInInterfaces() {
        String text = "/// Yes.\npublic interface X {\n%s    long size(long a);\n}\n";
        assertEquals(1, HouseRules.comments(inCore("own", text.formatted(""))).size());
        assertEquals(
                0, HouseRules.comments(inCore("own", text.formatted("    /// Yes.\n"))).size());
        String body = "        return f(a);\n";
        assertEquals(0, HouseRules.comments(inCore("own", "/// Yes.\n" + body)).size());
    }

    @ParameterizedTest
    @CsvSource({
        "sun.misc.Unsafe unsafe;",
        "import jdk.internal.misc.VM;",
        "segment.reinterpret(8);",
        "System.out.println();",
        "System.err.println();",
        "e.printStackTrace();",
        "synchronized (this) {}",
    })
    void refusesWord(String code) {
        assertEquals(1, HouseRules.bannedWords(inCore("buddy", code)).size());
        assertEquals(0, HouseRules.bannedWords(inCore("buddy", "// " + code)).size());
        assertEquals(0, HouseRules.bannedWords(inCore("buddy", "f(\"" + code + "\");")).size());
    }

    @Test
    void refusesPromises() {
        assertEquals(1, HouseRules.bannedWords(inCore("buddy", "// TO" + "DO later")).size());
        assertEquals(1, HouseRules.bannedWords(inCore("buddy", "/// FIX" + "ME")).size());
    }

    @Test
    void allowsWordsWhereTheyBelong() {
        String lab = "lab/src/main/java/org/allod/lab/cli/X.java";
        assertEquals(0, HouseRules.bannedWords(HouseSource.of(lab, "System.out.f();\n")).size());
        assertEquals(0, HouseRules.bannedWords(inCore("memory", "s.reinterpret(8);")).size());
    }

    @ParameterizedTest
    @CsvSource({"PageManager", "AbstractHeap", "HeapUtils", "HeapImpl", "BaseHeap", "FreeHandler"})
    void refusesClassName(String name) {
        assertEquals(1, HouseRules.classNames(inCore("buddy", "class " + name + " {}")).size());
        assertEquals(0, HouseRules.classNames(inCore("buddy", "Object o = " + name)).size());
        assertEquals(0, HouseRules.classNames(inCore("buddy", "class Database {}")).size());
    }

    private static HouseSource inCore(String subpackage, String code) {
        String folder = subpackage.isEmpty() ? "" : subpackage.replace('.', '/') + "/";
        return HouseSource.of("core/src/main/java/org/allod/" + folder + "X.java", code + "\n");
    }
}
