import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// google-java-format over every Java source below the working directory.
///
/// ```
/// java -cp google-java-format.jar config/Format.java check    names what is not formatted, exit 1
/// java -cp google-java-format.jar config/Format.java apply    rewrites it
/// ```
final class Format {
    private static final List<String> ROOTS =
            List.of("core", "junit", "lab", "bench", "jcstress", "examples", "config");

    /// Four spaces, 100 columns, imports in one sorted block; doc comments stay as they were
    /// written.
    private static final JavaFormatterOptions OPTIONS =
            JavaFormatterOptions.builder()
                    .style(JavaFormatterOptions.Style.AOSP)
                    .formatJavadoc(false)
                    .build();

    /// Splitting a long string can indent its parts otherwise than the next pass would.
    private static final int PASSES = 4;

    private Format() {}

    public static void main(String[] args) throws IOException {
        boolean apply = args.length == 1 && args[0].equals("apply");
        if (!apply && !(args.length == 1 && args[0].equals("check"))) {
            System.err.println("usage: Format check|apply");
            System.exit(2);
        }
        List<String> findings =
                sources()
                        .parallel()
                        .map(source -> format(source, apply))
                        .filter(Objects::nonNull)
                        .sorted()
                        .toList();
        findings.forEach(System.err::println);
        if (!findings.isEmpty() && !apply) {
            System.err.println("Run ./format to format these files.");
            System.exit(1);
        }
        if (findings.stream().anyMatch(finding -> finding.contains(": "))) System.exit(1);
    }

    private static Stream<Path> sources() throws IOException {
        Stream.Builder<Path> all = Stream.builder();
        for (String root : ROOTS) {
            Path folder = Path.of(root);
            if (!Files.isDirectory(folder)) continue;
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.startsWith(folder.resolve("target")))
                        .forEach(all);
            }
        }
        return all.build();
    }

    /// The file's name when it was not formatted, with the reason when it cannot be; else null.
    private static String format(Path source, boolean apply) {
        try {
            String before = Files.readString(source);
            String after = once(before);
            for (int i = 0; apply && i < PASSES && !once(after).equals(after); i++) {
                after = once(after);
            }
            if (after.equals(before)) return null;
            if (apply) Files.writeString(source, after);
            return source.toString();
        } catch (FormatterException e) {
            return source + ": " + e.getMessage().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String once(String source) throws FormatterException {
        Formatter formatter = new Formatter(OPTIONS);
        String sorted = RemoveUnusedImports.removeUnusedImports(source);
        sorted = ImportOrderer.reorderImports(sorted, JavaFormatterOptions.Style.GOOGLE);
        return StringWrapper.wrap(formatter.formatSource(sorted), formatter);
    }
}
