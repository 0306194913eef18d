package org.allod.lab.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.RunResult;
import org.allod.lab.result.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final String EVIL = "</script><b onclick='x'>&\"\\\u2028\u0007é😀";

    @TempDir Path folder;

    @Test
    void thePageLoadsNothing() {
        String page = HtmlReport.page(SyntheticComparison.of(1, 2, 3, 2000));
        Matcher reference =
                Pattern.compile("(?i)(?:src|href|action|data)\\s*=\\s*[\"']([^\"']*)")
                        .matcher(page);
        while (reference.find()) {
            String to = reference.group(1);
            assertTrue(to.startsWith("#") || to.equals("data:,"), to);
        }
        for (String banned : List.of("@import", "url(", "fetch(", "XMLHttpRequest", "import(")) {
            assertFalse(page.contains(banned), banned);
        }
        List<String> links =
                Pattern.compile("(?:https?:)?//[a-z]+\\.[a-z]+[^ ]*")
                        .matcher(page)
                        .results()
                        .map(m -> m.group())
                        .toList();
        assertEquals(List.of("https://github.com/leeoniya/uPlot"), links);
        assertTrue(page.contains("Copyright (c) 2022 Leon Sorokin"), "uPlot's licence");
        assertFalse(page.contains("<!--script"), "a place was not filled");
        assertFalse(page.contains("<!--data"), "a place was not filled");
    }

    @Test
    void thePolicyNamesEveryScriptAndStyle() throws Exception {
        String page = HtmlReport.page(SyntheticComparison.of(1, 1, 2, 1000));
        assertTrue(
                page.contains("content=\"default-src 'none'; img-src data:; script-src 'sha256-"));
        Matcher element = Pattern.compile("(?s)<(script|style)>(.*?)</\\1>").matcher(page);
        int found = 0;
        for (; element.find(); found++) {
            byte[] content = element.group(2).getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            String name = "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
            assertTrue(page.contains(name), "a script whose hash the policy lacks: " + found);
        }
        assertEquals(9, found);
    }

    @Test
    void namesCannotBecomeMarkup() {
        RunResult result = result(EVIL, 12.5, 1000, 1100, 4096);
        Run fine = new Run(EVIL, result, List.of(result), null, null, null);
        TraceResults trace = new TraceResults(EVIL, 5, 1, List.of(fine));
        String page = HtmlReport.page(new Comparison(EVIL, EVIL, List.of(EVIL), List.of(trace)));
        String plain = HtmlReport.page(new Comparison("", "", List.of("a"), List.of()));
        assertEquals(count(plain, "</script>"), count(page, "</script>"));
        assertFalse(page.contains("onclick='x'>"));
        Map<?, ?> data = data(page);
        assertEquals(EVIL, data.get("machine"));
        assertEquals(EVIL, first(data, "traces").get("name"));
        assertEquals(List.of(EVIL), data.get("allocators"));
    }

    @Test
    void numbersAppear() {
        RunResult slow = result("buddy", 40, 1000, 1100, 4096);
        RunResult quick = result("buddy", 10.25, 1000, 1100, 4096);
        RunResult libc = result("native:libc", 20.5, 1000, 1010, -1);
        Run buddy = new Run("buddy", quick, List.of(quick, slow, quick), null, null, null);
        Run base = new Run("native:libc", libc, List.of(libc, libc, libc), null, null, null);
        TraceResults trace = new TraceResults("nginx", 12345, 2, List.of(base, buddy));
        Comparison comparison =
                new Comparison("m", "s", List.of("native:libc", "buddy"), List.of(trace));
        Map<?, ?> data = data(HtmlReport.page(comparison));
        assertEquals(0.0, data.get("baseline"));
        Map<?, ?> nginx = first(data, "traces");
        assertEquals(12345.0, nginx.get("ops"));
        Map<?, ?> row = (Map<?, ?>) ((List<?>) nginx.get("runs")).get(1);
        assertEquals(10.25, row.get("ns"));
        assertEquals(0.5, row.get("ratio"));
        assertEquals(List.of(10.25, 40.0), row.get("nsRange"));
        assertEquals(4096.0, row.get("committed"));
        assertNull(row.get("rss"));
        assertNull(first(nginx, "runs").get("committed"));
        Map<?, ?> sum = (Map<?, ?>) ((List<?>) data.get("summary")).get(1);
        assertEquals(List.of(0.5, 1.0), sum.get("ratio"));
        assertEquals(List.of(4.096, 1.0), sum.get("memory"));
    }

    @Test
    void whatIsNotKnownIsAGap() {
        RunResult result = result("buddy", 10, 1000, -1, -1);
        long[] unknown = {-1, -1, -1};
        long[] live = {5, -1, 7};
        Timeline line = new Timeline(new long[] {1, 2, 3}, live, unknown, unknown, unknown);
        boolean[] committed = {true, false};
        HeapMap map =
                new HeapMap(3, 64, new int[] {64, 0}, new int[2], new int[] {0, 64}, committed);
        Run run = new Run("buddy", result, List.of(), null, line, map);
        Run failed = new Run("hoard", null, List.of(), "no room", null, null);
        TraceResults trace = new TraceResults("t", 3, 1, List.of(run, failed));
        Comparison comparison =
                new Comparison("m", "s", List.of("buddy", "hoard", "none"), List.of(trace));
        Map<?, ?> t = first(data(HtmlReport.page(comparison)), "traces");
        List<?> columns = (List<?>) t.get("columns");
        Map<?, ?> row = first(t, "runs");
        List<?> places = (List<?>) row.get("line");
        assertArrayEquals(live, column(columns, places, 1));
        assertArrayEquals(unknown, column(columns, places, 4));
        assertNull(row.get("granted"));
        Map<?, ?> heap = (Map<?, ?>) row.get("heap");
        assertArrayEquals(new long[] {64, 0}, ColumnTest.unpack((String) heap.get("used")));
        assertArrayEquals(new long[] {1, 0}, ColumnTest.unpack((String) heap.get("committed")));
        List<?> runs = (List<?>) t.get("runs");
        assertEquals(Map.of("failure", "no room"), runs.get(1));
        assertNull(runs.get(2));
    }

    @Test
    void writesTheWholePageOrNothing() throws IOException {
        Comparison comparison = SyntheticComparison.of(3, 1, 2, 500);
        Path file = folder.resolve("report.html");
        Files.writeString(file, "old");
        Path other = Files.createLink(folder.resolve("same-bytes.html"), file);
        HtmlReport.write(comparison, file);
        assertEquals("old", Files.readString(other), "written in place, not moved there");
        assertTrue(Files.readString(file).endsWith("</html>\n"));
        assertEquals(List.of(file, other), files());
        Path taken = Files.createDirectories(folder.resolve("taken.html/x")).getParent();
        assertThrows(IOException.class, () -> HtmlReport.write(comparison, taken));
        assertThrows(
                IOException.class,
                () -> HtmlReport.write(comparison, folder.resolve("missing/report.html")));
        assertEquals(List.of(file, other, taken), files());
    }

    @Test
    void writesThroughALink() throws IOException {
        Path file = Files.writeString(folder.resolve("real.html"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.html"), file);
        HtmlReport.write(SyntheticComparison.of(3, 1, 1, 500), link);
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.readString(file).endsWith("</html>\n"));
    }

    @Test
    void aLargeComparisonIsASmallPage() {
        int bytes = HtmlReport.page(SyntheticComparison.noise(7, 17, 12)).length();
        assertTrue(bytes < 5_000_000, bytes + " bytes");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static Map<?, ?> data(String page) {
        String open = "<script id=\"data\" type=\"application/json\">";
        int from = page.indexOf(open) + open.length();
        return (Map<?, ?>) TinyJson.parse(page.substring(from, page.indexOf("</script>", from)));
    }

    private static Map<?, ?> first(Map<?, ?> of, String name) {
        return (Map<?, ?>) ((List<?>) of.get(name)).get(0);
    }

    private static long[] column(List<?> columns, List<?> places, int line) {
        return ColumnTest.unpack((String) columns.get(((Double) places.get(line)).intValue()));
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static RunResult result(String allocator, double ns, long r, long g, long c) {
        return new RunResult("t", allocator, 1, 5, ns, 99.5, true, r, g, c, c, -1, -1, 0, true);
    }
}
