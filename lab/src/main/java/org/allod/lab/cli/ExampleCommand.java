package org.allod.lab.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `allod example NAME`: runs a program of the folder `examples` by the command in its first line.
@Command(
        name = "example",
        description = "Runs an example by the command in its first line; without NAME, lists them.",
        mixinStandardHelpOptions = true)
final class ExampleCommand implements Callable<Integer> {
    private static final Path ROOT = root();

    /// What the first line of an example begins with.
    private static final String COMMAND = "// java ";

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "A file of examples/ without .java, then what the example takes.")
    private List<String> words = List.of();

    ExampleCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> names = names();
        if (words.isEmpty()) {
            names.forEach(name -> out.print(name + "\n"));
            return Main.FINE;
        }
        String name = words.getFirst();
        if (!names.contains(name)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no example '" + name + "', expected one of " + String.join(", ", names));
        }
        return run(command(name), out) == 0 ? Main.FINE : Main.FAILED;
    }

    /// The project's folder: the launcher says where. Without it, the one the user is in.
    private static Path root() {
        String said = System.getProperty("allod.root");
        if (said != null) return Path.of(said);
        Path here = Path.of("").toAbsolutePath();
        for (Path at = here; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("examples"))) return at;
        }
        return here;
    }

    private static List<String> names() throws IOException {
        Path folder = ROOT.resolve("examples");
        if (!Files.isDirectory(folder)) {
            throw new CommandFailedException(
                    folder.toAbsolutePath() + ": no such folder, expected the project's examples");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .sorted()
                    .toList();
        }
    }

    private List<String> command(String name) throws IOException {
        Path file = ROOT.resolve("examples").resolve(name + ".java");
        String first;
        try (Stream<String> lines = Files.lines(file)) {
            first = lines.findFirst().orElse("");
        }
        if (!first.startsWith(COMMAND)) {
            throw new CommandFailedException(
                    file + ":1: '" + first + "', expected '" + COMMAND + "...'");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(first.substring(COMMAND.length()).split(" ")));
        command.addAll(words.subList(1, words.size()));
        return command;
    }

    private static int run(List<String> command, PrintWriter out)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(ROOT.toAbsolutePath().toFile())
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (Reader text =
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            char[] buffer = new char[1024];
            for (int read; (read = text.read(buffer)) >= 0; out.flush()) {
                out.write(buffer, 0, read);
            }
        }
        return process.waitFor();
    }
}
