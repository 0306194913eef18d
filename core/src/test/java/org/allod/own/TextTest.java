package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Text: UTF-8 as the JDK has it, boundaries, C strings, and what it says to misuse.
@Tag("both")
class TextTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    private Text text(String value) {
        return Text.of(heap.get(), value);
    }

    // ---- UTF-8 ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "hello, world",
                "Grüße",
                "€",
                "漢字",
                "🙂",
                "a🙂b",
                "\0",
                "é\0",
                "\0é",
                "0123456789abcdef",
                "0123456789abcdé",
                "0123456789abcd\0é",
                "\uD83D",
                "\uDE42a",
                "é0123456789abc\0",
                "0123456789ab\uD83D",
                "\uDE42\uD83D 0123456789",
                "\uFFFF\uD7FF\uE000",
            })
    void encodesAsTheJdk(String string) {
        checkEncoding(string);
    }

    /// Strings are written by fours, the last four twice: every length, with something else than
    /// ASCII at every place.
    @ParameterizedTest
    @ValueSource(strings = {"", "é", "€", "🙂", "\uD83D"})
    void encodesAsTheJdkWhateverIsWhere(String other) {
        for (int before = 0; before < 14; before++) {
            for (int after = 0; after < 14; after++) {
                String digits = "0123456789abcd";
                checkEncoding(digits.substring(0, before) + other + digits.substring(0, after));
            }
        }
    }

    private void checkEncoding(String string) {
        byte[] expected = string.getBytes(StandardCharsets.UTF_8);
        String seen = new String(expected, StandardCharsets.UTF_8);
        try (Text exact = text(string);
                Text roomy = Text.withCapacity(heap.get(), 1000);
                Text builder = text("")) {
            roomy.push(string);
            builder.push(new StringBuilder(string));
            for (Text text : new Text[] {exact, roomy, builder}) {
                assertArrayEquals(expected, text.utf8().toArray(ValueLayout.JAVA_BYTE));
                assertEquals(seen, text.toString());
                assertEquals(seen, text.asChars().toString());
                assertEquals(seen.length(), text.asChars().length());
                assertTrue(text.contentEquals(seen));
            }
        }
    }

    /// Every code point, one by one.
    @Test
    void everyCharacterGoesAndComes() {
        try (Text text = text("")) {
            for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
                if (point >= 0xD800 && point <= 0xDFFF) continue;
                text.clear();
                text.pushCodePoint(point);
                assertEquals(Utf8.length(Character.toString(point)), text.size());
                assertEquals(point, text.codePointAt(0));
                assertEquals(point, text.pop());
            }
        }
    }

    @Test
    void refusesWhatIsNoUtf8() {
        byte[][] bad = {
            {(byte) 0x80},
            {(byte) 0xC3},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xE2, (byte) 0x82},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, -128, -128},
            {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
            {(byte) 0xFF},
            {'a', 'b', (byte) 0xC3, 'c'},
        };
        for (byte[] bytes : bad) {
            MemorySegment segment = MemorySegment.ofArray(bytes);
            assertThrows(IllegalArgumentException.class, () -> Text.ofUtf8(heap.get(), segment));
        }
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        Text.ofUtf8(
                                                heap.get(),
                                                MemorySegment.ofArray(new byte[] {'a', -1})))
                        .getMessage();
        assertEquals("bytes: malformed at 1, expected UTF-8", message);
        assertEquals(0, heap.blocks());
        byte[] good = "aé€🙂".getBytes(StandardCharsets.UTF_8);
        try (Text text = Text.ofUtf8(heap.get(), MemorySegment.ofArray(good))) {
            assertEquals("aé€🙂", text.toString());
        }
    }

    // ---- parts ----

    @Test
    void cutsAtBoundariesOnly() {
        try (Text text = text("aé€🙂")) {
            String boundaries = "";
            for (long i = -1; i <= 11; i++) boundaries += text.isBoundary(i) ? i + " " : "";
            assertEquals("0 1 3 6 10 ", boundaries);
            String message =
                    assertThrows(IllegalArgumentException.class, () -> text.substring(2, 6))
                            .getMessage();
            assertEquals("from=2, expected the boundary of a character", message);
            assertThrows(IllegalArgumentException.class, () -> text.truncate(4));
            assertThrows(IllegalArgumentException.class, () -> text.insert(5, "x"));
            assertThrows(IllegalArgumentException.class, () -> text.removeRange(0, 7));
            assertThrows(IndexOutOfBoundsException.class, () -> text.substring(3, 11));
            assertThrows(IndexOutOfBoundsException.class, () -> text.codePointAt(10));
            assertThrows(IllegalArgumentException.class, () -> text.pushCodePoint(0xD800));
            assertThrows(IllegalArgumentException.class, () -> text.pushCodePoint(0x11_0000));
            assertThrows(NullPointerException.class, () -> text.push((String) null));
            assertEquals("aé€🙂", text.toString());
            try (Text part = text.substring(1, 6)) {
                assertEquals("é€", part.toString());
                assertEquals(1, text.indexOf(part));
                assertEquals(-1, part.indexOf(text));
                assertFalse(text.startsWith(part));
            }
        }
    }

    @Test
    void isACStringWithoutACopy() {
        try (Text text = text("grün")) {
            MemorySegment string = text.cString();
            assertEquals("grün", string.getString(0));
            assertEquals(text.utf8().address(), string.address());
            text.shrinkToFit();
            assertEquals("grün", text.cString().getString(0));
        }
        try (Text empty = text("")) {
            assertEquals("", empty.cString().getString(0));
            assertThrows(NoSuchElementException.class, empty::pop);
        }
    }

    @Test
    @SuppressWarnings("try")
    void charsAreLive() {
        CharSequence chars;
        try (Text text = text("aß🙂")) {
            chars = text.asChars();
            assertEquals(4, chars.length());
            assertEquals('\uD83D', chars.charAt(2));
            assertEquals('\uDE42', chars.charAt(3));
            assertEquals('a', chars.charAt(0));
            assertEquals("ß🙂", chars.subSequence(1, 4).toString());
            assertThrows(IndexOutOfBoundsException.class, () -> text.asChars().charAt(4));
            text.push("!");
            assertEquals("aß🙂!", chars.toString());
            text.push(chars);
            assertEquals("aß🙂!aß🙂!", text.toString());
        }
        assertThrows(IllegalStateException.class, chars::length);
    }

    // ---- as a value ----

    @Test
    void isOrderedByCodePoints() {
        String[] ordered = {"", "a", "aa", "aaaaaaaab", "ab", "b", "é", "€", "\uFFFD", "🙂"};
        for (int i = 0; i < ordered.length; i++) {
            for (int k = 0; k < ordered.length; k++) {
                try (Text left = text(ordered[i]);
                        Text right = text(ordered[k])) {
                    int expected = Integer.compare(i, k);
                    assertEquals(expected, Integer.signum(left.compareTo(right)));
                    assertEquals(i == k, left.equals(right));
                    if (i == k) assertEquals(left.hashCode(), right.hashCode());
                }
            }
        }
    }

    /// Texts that differ in one byte, or in length alone, have different hashes: nearly all.
    @Test
    void hashesDiffer() {
        Set<Integer> hashes = new HashSet<>();
        int texts = 0;
        for (int length = 0; length < 100; length++) {
            for (int at = 0; at < length; at++) {
                char[] chars = new char[length];
                chars[at] = (char) (1 + at % 100);
                try (Text text = text(new String(chars))) {
                    hashes.add(text.hashCode());
                    texts++;
                }
            }
        }
        assertTrue(texts - hashes.size() <= 3, texts + " texts, " + hashes.size() + " hashes");
        try (Text text = text("a");
                Text other = text("b")) {
            assertNotEquals(text, other);
            assertNotEquals(text, "a");
        }
    }
}
