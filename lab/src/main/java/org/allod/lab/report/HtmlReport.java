package org.allod.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.allod.lab.result.Comparison;

/// A comparison as one page that needs nothing else: no server, no network, no second file.
///
/// ```java
/// HtmlReport.write(comparison, Path.of("report.html"));
/// ```
///
/// Any thread.
public final class HtmlReport {
    /// `<!--script curves.js-->`, `<!--style report.css-->`, `<!--policy-->`, `<!--data-->`.
    private static final Pattern PLACE =
            Pattern.compile("<!--(script|style|policy|data) ?([A-Za-z0-9.]*)-->");

    /// Notice of the chart library, as its licence asks.
    private static final String LICENCE = "uPlot-LICENSE";

    private HtmlReport() {}

    /// Writes the page. Either the whole page is there afterwards, or the file is as it was.
    ///
    /// @param file created or replaced, through links; its folder must exist. What is no regular
    ///     file, such as a pipe, is written to as it is
    /// @throws IOException if the file cannot be written
    public static void write(Comparison comparison, Path file) throws IOException {
        byte[] page = page(comparison).getBytes(StandardCharsets.UTF_8);
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            Files.write(target, page);
            return;
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.write(part, page);
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /// The page as text.
    static String page(Comparison comparison) {
        String template = resource("report.html");
        String policy = policy(template);
        StringBuilder page = new StringBuilder(1 << 20);
        Matcher place = PLACE.matcher(template);
        int end = 0;
        while (place.find()) {
            page.append(template, end, place.start());
            end = place.end();
            switch (place.group(1)) {
                case "policy" -> page.append(policy);
                case "data" -> page.append(ReportData.of(comparison));
                default -> page.append(element(place.group(1), place.group(2)));
            }
        }
        return page.append(template, end, template.length()).toString();
    }

    /// Nothing may be loaded, and only the scripts and styles of the template may run.
    private static String policy(String template) {
        StringJoiner scripts = new StringJoiner(" ");
        StringJoiner styles = new StringJoiner(" ");
        Matcher place = PLACE.matcher(template);
        while (place.find()) {
            if (place.group(1).equals("script")) scripts.add(hash(content(place.group(2))));
            if (place.group(1).equals("style")) styles.add(hash(content(place.group(2))));
        }
        return "default-src 'none'; img-src data:; script-src " + scripts + "; style-src " + styles;
    }

    private static String element(String element, String name) {
        return "<" + element + ">" + content(name) + "</" + element + ">";
    }

    private static String content(String name) {
        String content = "\n" + resource(name);
        return name.startsWith("uPlot.iife")
                ? "\n/*\n" + resource(LICENCE) + "*/" + content
                : content;
    }

    private static String hash(String content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
            if (stream == null) throw new IllegalStateException("resource=" + name + ", expected");
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
        } catch (IOException e) {
            throw new IllegalStateException("resource=" + name + ", expected readable", e);
        }
    }
}
