package org.allod.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeapProfileTest {
    private static StackTraceElement frame(String method, int line) {
        return new StackTraceElement("com.acme.Order", method, "Order.java", line);
    }

    private static final StackTraceElement MAIN = frame("main", 7);

    private static final HeapProfile PROFILE =
            new HeapProfile(
                    524_288,
                    List.of(
                            site(List.of(frame("read", 30), MAIN), 9_000, 9 << 20, 5_000, 5 << 20),
                            site(List.of(frame("read", 31), MAIN), 8_000, 8 << 20, 2_000, 1 << 20),
                            site(List.of(frame("send", 50), MAIN), 4, 5 << 20, 2, 1 << 22),
                            site(List.of(MAIN), 70_000, 1 << 23, 0, 0)));

    private static HeapProfile.Site site(
            List<StackTraceElement> stack, long objects, long bytes, long live, long bytesLive) {
        return new HeapProfile.Site(stack, objects, bytes, live, bytesLive);
    }

    @Test
    void collapsedStacksAreOutermostFirst() {
        assertEquals(
                """
                com.acme.Order.main;com.acme.Order.read 6291456
                com.acme.Order.main;com.acme.Order.send 4194304
                """,
                PROFILE.collapsedLive());
        assertEquals(
                """
                com.acme.Order.main 8388608
                com.acme.Order.main;com.acme.Order.read 17825792
                com.acme.Order.main;com.acme.Order.send 5242880
                """,
                PROFILE.collapsedAll());
        var unknown = new HeapProfile(1, List.of(site(List.of(), 1, 2, 1, 2)));
        assertEquals("(unknown) 2\n", unknown.collapsedLive());
        var waste = new WasteProfile(1, List.of(new WasteProfile.Site(List.of(MAIN), 1, 99)));
        assertEquals("com.acme.Order.main 99\n", waste.collapsed());
    }

    @Test
    void leaksAreSummedUp() {
        assertEquals(
                "Leak approximation summary: ~10485760 bytes, ~7002 objects, >= 3 contexts",
                PROFILE.leakSummary());
        var clean = new HeapProfile(1, List.of(site(List.of(MAIN), 1, 2, 0, 0)));
        assertEquals("", clean.leakSummary());
    }

    @Test
    void textsHaveTheirForm() {
        var small =
                new HeapProfile(100, List.of(site(List.of(frame("a", 1), MAIN), 3, 3000, 2, 2000)));
        String symbols =
                """
                --- symbol
                binary=java
                0x000000000000000f com.acme.Order.a (Order.java:1)
                0x0000000000000010 com.acme.Order.a (Order.java:1)
                0x000000000000001f com.acme.Order.main (Order.java:7)
                0x0000000000000020 com.acme.Order.main (Order.java:7)
                ---
                """;
        assertEquals(
                symbols
                        + """
                        heap profile: 2: 2000 [3: 3000] @ heap_v2/100
                        2: 2000 [3: 3000] @ 0x10 0x20

                        MAPPED_LIBRARIES:
                        """,
                small.heapV2(HeapProfile.Text.TCMALLOC));
        assertEquals(
                symbols
                        + """
                        --- heap
                        heap_v2/100
                          t*: 2: 2000 [3: 3000]
                        @ 0x10 0x20
                          t*: 2: 2000 [3: 3000]

                        MAPPED_LIBRARIES:
                        """,
                small.heapV2(HeapProfile.Text.JEMALLOC));
    }

    private static final Pattern COUNTS = Pattern.compile("(\\d+): (\\d+) \\[(\\d+): (\\d+)]");

    /// Reads a text as its tools do: scales each site by its average size.
    @ParameterizedTest
    @EnumSource(HeapProfile.Text.class)
    void readersScaleBackToTheProfile(HeapProfile.Text form) {
        String text = PROFILE.heapV2(form);
        Map<Long, String> symbols = new HashMap<>();
        Matcher symbol = Pattern.compile("(?m)^(0x\\w{16}) (.+)$").matcher(text);
        while (symbol.find()) symbols.put(Long.decode(symbol.group(1)), symbol.group(2));
        List<String> stacks = new ArrayList<>();
        Matcher stack = Pattern.compile("@((?: 0x\\w+)+)$", Pattern.MULTILINE).matcher(text);
        while (stack.find()) stacks.add(stack.group(1).strip());
        List<long[]> counts = new ArrayList<>();
        Matcher count = COUNTS.matcher(text);
        while (count.find())
            counts.add(new long[] {n(count, 1), n(count, 2), n(count, 3), n(count, 4)});
        assertEquals(PROFILE.sites().size(), stacks.size());
        assertEquals(PROFILE.sites().size() + 1, counts.size());
        for (int i = 0; i < stacks.size(); i++) {
            HeapProfile.Site site = PROFILE.sites().get(i);
            String[] addresses = stacks.get(i).split(" ");
            assertEquals(site.stack().size(), addresses.length);
            for (int j = 0; j < addresses.length; j++) {
                String name = symbols.get(Long.decode(addresses[j]) - (j == 0 ? 0 : 1));
                assertTrue(name.startsWith("com.acme.Order."), name);
                assertTrue(name.contains(site.stack().get(j).getMethodName()), name);
            }
            long[] c = counts.get(i + 1);
            scaled(site.objectsLive(), site.bytesLive(), c[0], c[1]);
            scaled(site.objects(), site.bytes(), c[2], c[3]);
        }
    }

    private static long n(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group));
    }

    private static void scaled(long objects, long bytes, long readObjects, long readBytes) {
        if (objects == 0) {
            assertEquals(0, readObjects + readBytes);
            return;
        }
        double average = (double) readBytes / readObjects;
        double scale = 1 / (1 - Math.exp(-average / 524_288));
        assertEquals(bytes, readBytes * scale, bytes / 20.0 + 1);
        assertEquals(objects, readObjects * scale, objects / 5.0 + 1);
    }
}
