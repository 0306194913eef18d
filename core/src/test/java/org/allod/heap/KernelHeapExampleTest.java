package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `examples/KernelHeap.java` runs by the command in its first line, for every allocator.
class KernelHeapExampleTest {
    private static final String EXAMPLE = "examples/KernelHeap.java";

    private static Path root() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve(EXAMPLE))) root = root.getParent();
        return root;
    }

    /// The first line's command with this JVM and these classes; what it printed, after its exit
    /// code.
    private static List<String> run(String... arguments) throws Exception {
        String first = Files.readAllLines(root().resolve(EXAMPLE)).getFirst();
        List<String> command = new ArrayList<>(List.of(first.substring(3).split(" ")));
        assertEquals("java", command.getFirst());
        assertEquals(EXAMPLE, command.getLast());
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(1, "-Dstdout.encoding=UTF-8");
        String classes = classesOf(Heap.class);
        command.replaceAll(word -> word.equals("core/target/classes") ? classes : word);
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(root().toFile())
                        .redirectErrorStream(true)
                        .redirectInput(
                                new File(
                                        System.getProperty("os.name").startsWith("Win")
                                                ? "NUL"
                                                : "/dev/null"))
                        .start();
        List<String> lines = new ArrayList<>();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        }
        lines.addFirst("exit " + process.waitFor());
        return lines;
    }

    private static String classesOf(Class<?> type) throws IOException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    @Test
    void everyAllocatorStepsThroughTheChapter() throws Exception {
        List<String> lines = run();
        String all = String.join("\n", lines);
        assertEquals("exit 0", lines.getFirst(), all);
        for (Allocators.Entry entry : Allocators.all()) {
            int from = lines.indexOf("== " + entry.name() + ": " + entry.sentence());
            assertTrue(from > 0, () -> "no " + entry.name() + " in\n" + all);
            List<String> chapter = lines.subList(from + 1, lines.size());
            List<String> steps =
                    chapter.stream().filter(line -> line.startsWith("-- ")).limit(6).toList();
            assertTrue(steps.get(0).startsWith("-- initialised: 0 blocks"), all);
            assertTrue(steps.get(3).contains(": 103 blocks, "), all);
            assertTrue(steps.get(5).startsWith("-- all is dropped: 0 blocks"), all);
            int picture = chapter.indexOf(steps.get(3)) + 1;
            String rows = String.join("", chapter.subList(picture, picture + 3));
            assertTrue(rows.contains("█"), () -> "no block in the picture of " + all);
        }
        assertTrue(all.contains("the chapter's comparison"), all);
        for (String program : List.of("a  400", "b  400", "c  1000", "d  2000", "all four")) {
            assertTrue(
                    lines.stream().anyMatch(line -> line.strip().startsWith(program)),
                    () -> "no " + program + " in\n" + all);
        }
    }

    @Test
    void anUnknownAllocatorIsOneClearLine() throws Exception {
        List<String> lines = run("libaloc");
        String all = String.join("\n", lines);
        assertEquals("exit 2", lines.getFirst(), all);
        assertEquals(2, lines.size(), all);
        assertTrue(lines.getLast().startsWith("allocator=libaloc, expected one of buddy"), all);
    }
}
