package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples run by the command in their first line, and the README shows the first as it is.
class ExamplesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void runsByItsFirstLine(Path example) throws Exception {
        String first = Files.readAllLines(example).getFirst();
        assertTrue(first.startsWith("// java "), first);
        List<String> command = new ArrayList<>(Arrays.asList(first.substring(3).split(" ")));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path out = Files.createTempFile("example", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(ROOT.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .start();
        int exit = process.waitFor();
        String text = Files.readString(out);
        Files.delete(out);
        assertEquals(0, exit, text);
        assertTrue(!text.isBlank() && !text.contains("restricted method"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FirstHeap", "WordCount"})
    void readmeShowsItAsItIs(String name) throws IOException {
        String example = Files.readString(ROOT.resolve("examples/" + name + ".java"));
        String code = example.substring(example.indexOf("import ")).strip();
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertTrue(readme.contains("```java\n" + code + "\n```"), "README.md quotes " + name);
    }
}
