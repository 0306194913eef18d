package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples run by the command in their first line, and the README shows them as they are.
class ExamplesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path README = ROOT.resolve("README.md");

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
        String code = code(name);
        String whole = code.substring(code.indexOf("import ")).strip();
        assertTrue(quotes().contains(whole), "README.md quotes " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BoxList", "RcGraph", "SharedCounter"})
    void readmeShowsTheHeartOfIt(String name) throws IOException {
        assertTrue(quotes().stream().anyMatch(code(name)::contains), "README.md quotes " + name);
        String readme = Files.readString(README).replace('\n', ' ');
        assertTrue(readme.contains("./allod example " + name), "README.md names " + name);
    }

    @Test
    void readmeShowsNothingElse() throws IOException {
        String all = "";
        for (Path example : examples()) all += Files.readString(example);
        for (String quote : quotes()) {
            assertTrue(all.contains(quote), "README.md quotes what is in no example: " + quote);
        }
    }

    private static String code(String name) throws IOException {
        return Files.readString(ROOT.resolve("examples/" + name + ".java"));
    }

    /// The Java code in the README.
    private static List<String> quotes() throws IOException {
        return Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL)
                .matcher(Files.readString(README))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
