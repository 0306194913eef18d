package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Vec and its sisters: what they are for, and what they say to misuse.
@Tag("both")
class VecTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    record Point(int x, long y) {}

    private Text text(String value) {
        return Text.of(heap.get(), value);
    }

    private Vec<Text> texts(String... values) {
        Vec<Text> vec = Vec.of(heap.get(), Text.TYPE);
        for (String value : values) vec.push(text(value));
        return vec;
    }

    // ---- what it is for ----

    @Test
    void holdsRecordsInline() {
        try (Vec<Point> path = Vec.of(heap.get(), Type.of(Point.class))) {
            path.push(new Point(1, 2));
            path.push(new Point(3, 4));
            path.set(0, new Point(5, 6));
            assertEquals(List.of(new Point(5, 6), new Point(3, 4)), path.asList());
            assertEquals(2 * 16, path.segment(0, 2).byteSize());
            assertEquals(1, heap.blocks());
        }
    }

    @Test
    void ownsWhatIsMovedIn() {
        Text word = text("moved");
        try (Vec<Text> vec = Vec.of(heap.get(), Text.TYPE)) {
            vec.push(word);
            assertTrue(word.isClosed());
            assertThrows(IllegalStateException.class, word::size);
            assertThrows(IllegalStateException.class, () -> vec.push(word));
            assertEquals("moved", vec.get(0).toString());
        }
    }

    @Test
    void aMovedOneEndsAndTheNewOneOwns() {
        LongVec one = LongVec.of(heap.get(), 1, 2, 3);
        try (LongVec other = one.move()) {
            assertEquals(List.of(1L, 2L, 3L), other.asList());
            String message =
                    assertThrows(IllegalStateException.class, () -> one.get(0)).getMessage();
            assertTrue(message.contains("LongVec") && message.contains("moved"), message);
            one.close();
            assertEquals(3, other.size());
        }
    }

    @Test
    void growsInPlaceAndKeepsItsRoom() {
        try (IntVec vec = IntVec.of(heap.get())) {
            assertEquals(0, heap.blocks());
            for (int i = 0; i < 1000; i++) vec.push(i);
            vec.reserve(5000);
            long address = vec.segment(0, 1).address();
            for (int i = 0; i < 5000; i++) vec.push(i);
            assertEquals(address, vec.segment(0, 1).address());
            vec.clear();
            assertEquals(6000, vec.capacity());
            vec.shrinkToFit();
            assertEquals(0, vec.capacity());
            assertEquals(0, heap.blocks());
        }
    }

    @Test
    void doublesAreOrderedAsDoubleSays() {
        try (DoubleVec vec = DoubleVec.of(heap.get(), 0.0, Double.NaN, -0.0, -1.5)) {
            vec.sort();
            assertEquals(List.of(-1.5, -0.0, 0.0, Double.NaN), vec.asList());
            assertEquals(3, vec.binarySearch(Double.NaN));
        }
    }

    @Test
    void nestsAndDropsAllOfIt() {
        Type<Vec<Text>> row = Vec.type(Text.TYPE);
        try (Vec<Vec<Text>> rows = Vec.of(heap.get(), row)) {
            rows.push(texts("a", "b"));
            rows.push(texts("c"));
            rows.get(1).push(text("d"));
            rows.get(1).get(0).push("c");
            assertEquals("[[a, b], [cc, d]]", rows.toString());
            try (Vec<Text> taken = rows.remove(0)) {
                assertEquals("[a, b]", taken.toString());
            }
        }
    }

    @Test
    void sortKeepsTheOrderOfEqualOnes() {
        try (Vec<Text> vec = texts("b1", "a1", "b2", "a2", "c")) {
            vec.sort((left, right) -> Integer.compare(left.codePointAt(0), right.codePointAt(0)));
            assertEquals("[a1, a2, b1, b2, c]", vec.toString());
        }
    }

    @Test
    void appendsAndSplits() {
        try (Vec<Text> vec = texts("a", "b", "c");
                Vec<Text> rest = vec.splitOff(1)) {
            assertEquals("[a]", vec.toString());
            assertEquals("[b, c]", rest.toString());
            rest.append(vec);
            assertEquals("[b, c, a]", rest.toString());
            assertTrue(vec.isEmpty());
        }
    }

    // ---- borrows ----

    @Test
    void aBorrowIsOverWhenTheVecChanges() {
        try (Vec<Text> vec = texts("a", "b")) {
            Text lent = vec.get(0);
            assertThrows(IllegalStateException.class, lent::close);
            assertThrows(IllegalStateException.class, lent::move);
            assertThrows(IllegalStateException.class, () -> vec.push(lent));
            vec.push(text("c"));
            String message = assertThrows(IllegalStateException.class, lent::size).getMessage();
            assertTrue(message.contains("changed"), message);
        }
    }

    @Test
    void twoBorrowsMayLookAndOneMayChange() {
        try (Vec<Text> vec = texts("a", "b")) {
            Text one = vec.get(0);
            Text two = vec.get(1);
            assertEquals("ab", one.toString() + two);
            one.push("!");
            assertEquals("a!", one.toString());
            assertThrows(IllegalStateException.class, two::size);
        }
    }

    // ---- misuse ----

    @Test
    void indexesAreTheJdks() {
        List<Long> jdk = List.of(1L, 2L);
        try (LongVec vec = LongVec.of(heap.get(), 1, 2)) {
            for (int index : new int[] {-1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                String expected = message(() -> java.util.Objects.checkIndex(index, jdk.size()));
                assertEquals(expected, message(() -> vec.get(index)));
                assertEquals(expected, message(() -> vec.set(index, 1)));
                assertEquals(expected, message(() -> vec.remove(index)));
                assertEquals(expected, message(() -> vec.swapRemove(index)));
                assertEquals(expected, message(() -> vec.replace(index, 1)));
            }
            message(() -> vec.insert(3, 1));
            message(() -> vec.removeRange(1, 0));
            message(() -> vec.drain(0, 3));
            message(() -> vec.segment(-1, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> vec.get(Long.MIN_VALUE));
            assertEquals(jdk, vec.asList());
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IndexOutOfBoundsException.class, call).getMessage();
    }

    @Test
    void sizesAreChecked() {
        Allocator allocator = heap.get();
        try (LongVec vec = LongVec.of(allocator, 1)) {
            for (long tooMany : new long[] {1L << 40, 1L << 60, Long.MAX_VALUE}) {
                assertThrows(HeapExhaustedException.class, () -> vec.reserve(tooMany));
                assertThrows(
                        HeapExhaustedException.class,
                        () -> LongVec.withCapacity(allocator, tooMany));
            }
            String negative =
                    assertThrows(IllegalArgumentException.class, () -> vec.reserve(-1))
                            .getMessage();
            assertEquals("additional=-1, expected at least 0", negative);
            assertThrows(IllegalArgumentException.class, () -> vec.truncate(-1));
            assertThrows(IllegalArgumentException.class, () -> LongVec.withCapacity(allocator, -1));
            assertEquals(1, vec.size());
        }
    }

    @Test
    void nullsAndStrangersAreRefused() {
        try (Vec<Text> vec = texts("a");
                Allocator other = OwnHeap.open();
                Text stranger = Text.of(other, "b")) {
            assertThrows(NullPointerException.class, () -> vec.push(null));
            assertThrows(NullPointerException.class, () -> vec.set(0, null));
            assertThrows(NullPointerException.class, () -> vec.insert(0, null));
            assertThrows(NullPointerException.class, () -> vec.retain(null));
            assertThrows(NullPointerException.class, () -> Vec.of(null, Text.TYPE));
            assertThrows(NullPointerException.class, () -> Vec.of(heap.get(), null));
            assertThrows(IllegalArgumentException.class, () -> vec.push(stranger));
            assertThrows(IllegalArgumentException.class, () -> vec.append(vec));
            assertEquals("[a]", vec.toString());
            assertFalse(stranger.isClosed());
        }
    }

    @Test
    void anEmptyOneHasNothingToTake() {
        try (LongVec longs = LongVec.of(heap.get());
                Vec<Text> vec = texts();
                VecDeque<Long> deque = VecDeque.of(heap.get(), Type.LONG)) {
            assertThrows(NoSuchElementException.class, longs::pop);
            assertThrows(NoSuchElementException.class, vec::pop);
            assertThrows(NoSuchElementException.class, deque::popFront);
            assertThrows(NoSuchElementException.class, deque::popBack);
            assertThrows(NoSuchElementException.class, deque::front);
        }
    }

    @Test
    void changesDuringIterationAreFound() {
        try (Vec<Text> vec = texts("a", "b", "c")) {
            Iterator<Text> walk = vec.iterator();
            walk.next();
            vec.push(text("d"));
            assertThrows(ConcurrentModificationException.class, walk::next);
            List<Text> part = vec.asList().subList(1, 3);
            vec.truncate(3);
            assertThrows(ConcurrentModificationException.class, part::size);
            ListIterator<Text> own = vec.asList().listIterator();
            own.next();
            own.remove();
            own.add(text("A"));
            assertEquals("[A, b, c]", vec.toString());
        }
    }

    @Test
    void closingDuringIterationIsFound() {
        Vec<Text> vec = texts("a", "b");
        Iterator<Text> walk = vec.iterator();
        walk.next();
        vec.close();
        assertThrows(IllegalStateException.class, walk::next);
        assertThrows(IllegalStateException.class, vec::iterator);
        assertThrows(IllegalStateException.class, () -> vec.asList().size());
        vec.close();
    }

    // ---- callbacks that throw ----

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void retainThatThrowsLosesNothing() {
        for (int at = 0; at < 5; at++) {
            int stop = at;
            try (Vec<Text> vec = texts("0", "1", "2", "3", "4")) {
                assertThrows(
                        Stop.class,
                        () ->
                                vec.retain(each -> {
                                    int n = each.codePointAt(0) - '0';
                                    if (n == stop) throw new Stop();
                                    return n % 2 == 1;
                                }));
                List<String> left = new ArrayList<>();
                for (int n = 0; n < 5; n++) if (n >= stop || n % 2 == 1) left.add("" + n);
                assertEquals(left.toString(), vec.toString());
                assertEquals(left.size() + 1, heap.blocks());
            }
        }
    }

    @Test
    void sortThatThrowsMovesNothing() {
        try (Vec<Text> vec = texts("d", "c", "b", "a")) {
            int[] calls = {0};
            assertThrows(
                    Stop.class,
                    () ->
                            vec.sort((left, right) -> {
                                if (++calls[0] == 3) throw new Stop();
                                return left.compareTo(right);
                            }));
            assertEquals("[d, c, b, a]", vec.toString());
        }
    }

    /// What changes the vec while it is being worked on.
    private void meddled(Consumer<Vec<Text>> work) {
        try (Vec<Text> vec = texts("d", "c", "b", "a")) {
            assertThrows(ConcurrentModificationException.class, () -> work.accept(vec));
            assertEquals(5, vec.size());
        }
    }

    @Test
    void callbacksThatChangeItAreFound() {
        meddled(vec ->
                vec.sort((left, right) -> {
                    int order = left.compareTo(right);
                    if (vec.size() < 5) vec.push(text("x"));
                    return order;
                }));
        meddled(vec ->
                vec.retain(each -> {
                    if (vec.size() < 5) vec.push(text("x"));
                    return true;
                }));
    }

    @Test
    void callbacksThatCloseItAreFound() {
        Vec<Text> sorted = texts("b", "a");
        assertThrows(
                RuntimeException.class,
                () ->
                        sorted.sort((_, _) -> {
                            sorted.close();
                            return 0;
                        }));
        Vec<Text> sifted = texts("b", "a");
        assertThrows(
                RuntimeException.class,
                () ->
                        sifted.retain(_ -> {
                            sifted.close();
                            return false;
                        }));
        assertTrue(sorted.isClosed() && sifted.isClosed());
    }
}
