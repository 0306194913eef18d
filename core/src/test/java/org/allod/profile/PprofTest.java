package org.allod.profile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// The field numbers here are those of `profile.proto`, written down a second time.
class PprofTest {
    private static StackTraceElement frame(String method, int line) {
        return new StackTraceElement("com.acme.Örder", method, "Order.java", line);
    }

    private static final List<StackTraceElement> READ = List.of(frame("read", 300), frame("m", 7));
    private static final List<StackTraceElement> SEND = List.of(frame("send", 50), frame("m", 8));

    private static final HeapProfile PROFILE =
            new HeapProfile(
                    524_288,
                    List.of(
                            new HeapProfile.Site(READ, 1_000, 1L << 40, 10, 640),
                            new HeapProfile.Site(SEND, 7, 70, 0, 0),
                            new HeapProfile.Site(List.of(), 1, 2, 3, 4)));

    /// The examples of the encoding's own page.
    @Test
    void encodesAsTheFormatSays() {
        var message = new Proto();
        message.number(1, 150);
        message.text(2, "testing");
        var inner = new Proto();
        inner.number(1, 150);
        message.message(3, inner);
        message.numbers(6, 3, 270, 86942);
        message.number(7, 0);
        assertArrayEquals(
                HexFormat.of().parseHex("089601120774657374696e671a03089601" + "3206038e029ea705"),
                message.toByteArray());
        var negative = new Proto();
        negative.number(1, -2);
        assertArrayEquals(
                HexFormat.of().parseHex("08feffffffffffffffff01"), negative.toByteArray());
    }

    @Test
    void typesAndPeriod() throws IOException {
        ProtoMessage profile = decoded(PROFILE);
        assertEquals(
                List.of(
                        "alloc_objects/count",
                        "alloc_space/bytes",
                        "inuse_objects/count",
                        "inuse_space/bytes"),
                types(profile, 1));
        assertEquals(List.of("space/bytes"), types(profile, 11));
        assertEquals(524_288, profile.number(12));
        assertEquals("inuse_space", profile.texts(6).get((int) profile.number(14)));
        long age = System.currentTimeMillis() - profile.number(9) / 1_000_000;
        assertTrue(age >= 0 && age < 3_600_000, () -> "age=" + age);
        assertEquals("", profile.texts(6).getFirst());
        assertEquals(profile.texts(6).size(), new HashSet<>(profile.texts(6)).size(), "each once");
    }

    @Test
    void samplesLeadToTheirFrames() throws IOException {
        assertEquals(
                List.of(
                        "com.acme.Örder.read Order.java:300 < com.acme.Örder.m Order.java:7 = "
                                + List.of(1_000L, 1L << 40, 10L, 640L),
                        "com.acme.Örder.send Order.java:50 < com.acme.Örder.m Order.java:8 = "
                                + List.of(7L, 70L, 0L, 0L),
                        "(unknown) :0 = " + List.of(1L, 2L, 3L, 4L)),
                samples(decoded(PROFILE)));
    }

    @Test
    void functionsAreWrittenOnce() throws IOException {
        ProtoMessage profile = decoded(PROFILE);
        assertEquals(4, profile.messages(5).size(), "read, send, m, unknown");
        assertEquals(5, profile.messages(4).size(), "m at two lines");
    }

    @Test
    void wasteIsAProfileToo() throws IOException {
        var waste = new WasteProfile(65_536, List.of(new WasteProfile.Site(READ, 5, 12_000)));
        var out = new ByteArrayOutputStream();
        waste.pprof(out);
        ProtoMessage profile = decoded(out.toByteArray());
        assertEquals(List.of("pinning_objects/count", "pinned_space/bytes"), types(profile, 1));
        assertEquals("pinned_space", profile.texts(6).get((int) profile.number(14)));
        assertEquals(1, samples(profile).size());
        assertTrue(samples(profile).getFirst().endsWith("= [5, 12000]"));
        assertEquals(65_536, profile.number(12));
    }

    private static ProtoMessage decoded(HeapProfile profile) throws IOException {
        var out = new ByteArrayOutputStream();
        profile.pprof(out);
        return decoded(out.toByteArray());
    }

    private static ProtoMessage decoded(byte[] gzip) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return ProtoMessage.of(in.readAllBytes());
        }
    }

    private static List<String> types(ProtoMessage profile, int field) {
        List<String> texts = profile.texts(6);
        return profile.messages(field).stream()
                .map(t -> texts.get((int) t.number(1)) + "/" + texts.get((int) t.number(2)))
                .toList();
    }

    private static List<String> samples(ProtoMessage profile) {
        List<String> lines = new ArrayList<>();
        for (ProtoMessage sample : profile.messages(2)) {
            List<String> frames = new ArrayList<>();
            for (long id : sample.numbers(1)) frames.add(frame(profile, id));
            lines.add(String.join(" < ", frames) + " = " + sample.numbers(2));
        }
        return lines;
    }

    private static String frame(ProtoMessage profile, long id) {
        List<String> texts = profile.texts(6);
        ProtoMessage line = byId(profile.messages(4), id).messages(4).getFirst();
        ProtoMessage function = byId(profile.messages(5), line.number(1));
        assertEquals(function.number(2), function.number(3), "name and system name");
        return texts.get((int) function.number(2))
                + " "
                + texts.get((int) function.number(4))
                + ":"
                + line.number(2);
    }

    private static ProtoMessage byId(List<ProtoMessage> messages, long id) {
        return messages.stream().filter(m -> m.number(1) == id).findFirst().orElseThrow();
    }
}
