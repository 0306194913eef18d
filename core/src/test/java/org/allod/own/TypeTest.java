package org.allod.own;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What lies in memory, and how; what cannot, and where in it.
@Tag("both")
class TypeTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    record Point(int x, long y) {}

    record Line(Point from, Point to, byte colour) {}

    record Everything(
            boolean z, byte b, short s, char c, int i, long j, float f, double d, TimeUnit unit) {}

    record Arrays(@Length(3) int[] numbers, @Length({2, 2}) short[][] grid, byte last) {}

    record Maybe(Optional<Point> point, @Nullable Long number, Optional<TimeUnit> unit) {}

    record Node(int value, Optional<Box<Node>> next) {}

    record Pair(Box<Long> left, Box<Long> right) {}

    /// As other libraries have it: found by its name.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE_USE)
    @interface Nullable {}

    /// What comes back from memory.
    private <T> T through(Type<T> type, T value) {
        try (Box<T> box = Box.of(heap.get(), type, value)) {
            return box.get();
        }
    }

    // ---- values ----

    static Stream<Arguments> primitives() {
        return Stream.of(
                Arguments.of(Type.BOOLEAN, 1, List.of(true, false)),
                Arguments.of(Type.BYTE, 1, List.of((byte) 0, Byte.MIN_VALUE, Byte.MAX_VALUE)),
                Arguments.of(Type.SHORT, 2, List.of((short) -1, Short.MIN_VALUE)),
                Arguments.of(Type.CHAR, 2, List.of('x', Character.MAX_VALUE)),
                Arguments.of(Type.INT, 4, List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE)),
                Arguments.of(Type.LONG, 8, List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE)),
                Arguments.of(Type.FLOAT, 4, List.of(-0f, Float.NaN, Float.MIN_VALUE)),
                Arguments.of(Type.DOUBLE, 8, List.of(-0d, Double.NaN, Double.MAX_VALUE)));
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void keepsPrimitives(Type<Object> type, int size, List<Object> values) {
        assertEquals(size, type.size());
        assertEquals(size, type.alignment());
        assertFalse(type.isOwner());
        for (Object value : values) assertEquals(value, through(type, value));
        assertThrows(NullPointerException.class, () -> through(type, null));
    }

    @Test
    void keepsRecords() {
        var all =
                new Everything(true, (byte) -1, (short) -2, 'é', -3, -4, 1.5f, 2.5, TimeUnit.DAYS);
        assertEquals(all, through(Type.of(Everything.class), all));
        Line line = new Line(new Point(1, 2), new Point(3, Long.MIN_VALUE), (byte) 9);
        assertEquals(line, through(Type.of(Line.class), line));
    }

    @Test
    void keepsArrays() {
        Arrays arrays = new Arrays(new int[] {1, -2, 3}, new short[][] {{1, 2}, {3, 4}}, (byte) 5);
        Arrays back = through(Type.of(Arrays.class), arrays);
        assertArrayEquals(arrays.numbers, back.numbers);
        assertArrayEquals(arrays.grid, back.grid);
        assertEquals(5, back.last);
        Point[] points = {new Point(1, 2), new Point(3, 4)};
        assertArrayEquals(points, through(Type.array(Point[].class, 2), points));
        assertArrayEquals(points, through(Type.array(Type.of(Point.class), 2), points));
        double[] doubles = {1.5, Double.NaN};
        assertArrayEquals(doubles, through(Type.array(double[].class, 2), doubles));
        boolean[] flags = {true, false, true};
        assertArrayEquals(flags, through(Type.array(boolean[].class, 3), flags));
    }

    @Test
    void keepsWhatMayBeMissing() {
        Type<Maybe> type = Type.of(Maybe.class);
        Maybe some = new Maybe(Optional.of(new Point(1, 2)), 3L, Optional.of(TimeUnit.HOURS));
        Maybe none = new Maybe(Optional.empty(), null, Optional.empty());
        assertEquals(some, through(type, some));
        assertEquals(none, through(type, none));
        Type<Long> number = Type.nullable(Type.LONG);
        assertEquals(5L, through(number, 5L));
        assertNull(through(number, null));
        assertEquals(16, number.size());
        assertSame(number, Type.nullable(number));
        assertEquals(Optional.of(1), through(Type.optional(Type.INT), Optional.of(1)));
        assertEquals(Optional.empty(), through(Type.optional(Type.INT), Optional.empty()));
        assertThrows(NullPointerException.class, () -> through(Type.optional(Type.INT), null));
    }

    @Test
    void anOwnerThatMayBeMissingTakesNoMore() {
        Type<Box<Long>> box = Box.type(Type.LONG);
        assertEquals(8, box.size());
        assertEquals(8, Type.nullable(box).size());
        assertEquals(16, Type.of(Node.class).size());
        assertNull(through(Type.nullable(box), null));
    }

    // ---- layouts ----

    @Test
    void laysOutAsC() {
        StructLayout line = assertInstanceOf(StructLayout.class, Type.of(Line.class).layout());
        assertEquals(40, line.byteSize());
        assertEquals(8, line.byteAlignment());
        assertEquals(0, offset(line, "from", "x"));
        assertEquals(8, offset(line, "from", "y"));
        assertEquals(16, offset(line, "to", "x"));
        assertEquals(24, offset(line, "to", "y"));
        assertEquals(32, offset(line, "colour"));
        StructLayout mixed =
                MemoryLayout.structLayout(
                                JAVA_BOOLEAN.withName("z"),
                                JAVA_BYTE.withName("b"),
                                JAVA_SHORT.withName("s"),
                                JAVA_CHAR.withName("c"),
                                MemoryLayout.paddingLayout(2),
                                JAVA_INT.withName("i"),
                                MemoryLayout.paddingLayout(4),
                                JAVA_LONG.withName("j"),
                                JAVA_FLOAT.withName("f"),
                                MemoryLayout.paddingLayout(4),
                                JAVA_DOUBLE.withName("d"),
                                JAVA_INT.withName("unit"),
                                MemoryLayout.paddingLayout(4))
                        .withName("Everything");
        assertEquals(mixed, Type.of(Everything.class).layout());
    }

    private static long offset(StructLayout layout, String... names) {
        return layout.byteOffset(
                Stream.of(names).map(PathElement::groupElement).toArray(PathElement[]::new));
    }

    @Test
    void cSeesTheSameBytes() {
        Type<Line> type = Type.of(Line.class);
        Line line = new Line(new Point(1, 2), new Point(3, 4), (byte) 5);
        MemorySegment bytes = Box.of(heap.get(), type, line).leak();
        assertEquals(3, type.layout().varHandle(path("to"), path("x")).get(bytes, 0L));
        assertEquals((byte) 5, bytes.get(JAVA_BYTE, 32));
        try (Box<Line> back = Box.fromRaw(heap.get(), type, bytes)) {
            bytes.set(JAVA_LONG, 8, 77);
            assertEquals(new Point(1, 77), back.get().from());
        }
    }

    private static PathElement path(String name) {
        return PathElement.groupElement(name);
    }

    // ---- making ----

    @Test
    void isMadeOnce() {
        assertSame(Type.of(Line.class), Type.of(Line.class));
        assertSame(Type.of(Point.class), Type.of(MethodHandles.lookup(), Point.class));
        assertSame(Box.type(Type.LONG), Box.type(Type.LONG));
        assertSame(Type.LONG, Type.of(long.class));
        assertSame(Type.LONG, Type.of(Long.class));
        assertNotEquals(Box.type(Type.LONG), Box.type(Type.INT));
        assertNotEquals(Box.type(Type.LONG), Box.type(Type.nullable(Type.LONG)));
        assertNotEquals(Type.array(int[].class, 2), Type.array(int[].class, 3));
    }

    @Test
    void isNamedAsInJava() {
        assertEquals("Box<Rc<Line>>", Box.type(Rc.type(Type.of(Line.class))).toString());
        assertEquals("int[3]", Type.array(int[].class, 3).toString());
        assertEquals("long?", Type.nullable(Type.LONG).toString());
        assertEquals("Optional<Point>", Type.optional(Type.of(Point.class)).toString());
    }

    @Test
    void knowsTheTypeOfAValue() {
        assertSame(Type.of(Point.class), Type.ofValue(new Point(1, 2)));
        assertSame(Type.of(TimeUnit.class), Type.ofValue(TimeUnit.DAYS));
        try (Box<Long> box = Box.of(heap.get(), 1L)) {
            assertSame(Box.type(Type.LONG), Type.ofValue(box));
        }
        assertThrows(IllegalArgumentException.class, () -> Type.ofValue(new int[3]));
    }

    // ---- refusals ----

    record HasThread(int x, Thread thread) {}

    record Deep(Point point, HasThread inner) {}

    record DeepInBox(Optional<Box<HasThread>> box) {}

    record Itself(int x, Itself same) {}

    record Round(Back back) {}

    record Back(Optional<Round> round) {}

    record Nothing() {}

    record NoLength(int[] numbers) {}

    record Generic<T>(T value) {}

    record RawBox(@SuppressWarnings("rawtypes") Box box) {}

    record Listed(List<Point> points) {}

    record ZeroLength(@Length(0) int[] numbers) {}

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(HasThread.class, "HasThread.thread: java.lang.Thread, expected"),
                Arguments.of(Deep.class, "Deep.inner.thread: java.lang.Thread, expected"),
                Arguments.of(DeepInBox.class, "DeepInBox.box.thread: java.lang.Thread, expected"),
                Arguments.of(Itself.class, "Itself.same: Itself lies in itself, expected a Box"),
                Arguments.of(Round.class, "Round.back.round: Round lies in itself"),
                Arguments.of(Nothing.class, "Nothing: no component, expected one"),
                Arguments.of(NoLength.class, "NoLength.numbers: int[], expected"),
                Arguments.of(ZeroLength.class, "ZeroLength.numbers: length=0, expected"),
                Arguments.of(Generic.class, "Generic.value: T, expected"),
                Arguments.of(RawBox.class, "RawBox.box: org.allod.own.Box, expected"),
                Arguments.of(Listed.class, "Listed.points: java.util.List<"),
                Arguments.of(int[].class, "int[]: int[], expected"),
                Arguments.of(Map.class, "Map: java.util.Map, expected"),
                Arguments.of(Object.class, "Object: java.lang.Object, expected"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWithThePath(Class<?> carrier, String message) {
        for (int i = 0; i < 2; i++) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> Type.of(carrier));
            assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
        }
    }

    @Test
    void refusesWhatTheLookupCannotSee() {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Type.of(MethodHandles.publicLookup(), Unseen.class));
        assertTrue(refusal.getMessage().startsWith("Unseen: "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("MethodHandles.lookup()"), refusal.getMessage());
        Unseen value = new Unseen(7);
        assertEquals(value, through(Type.of(MethodHandles.lookup(), Unseen.class), value));
    }

    private record Unseen(int x) {}

    // ---- nothing is half written ----

    @Test
    void aNullDeepInsideChangesNothing() {
        Line line = new Line(new Point(1, 2), new Point(3, 4), (byte) 5);
        try (Box<Line> box = Box.of(heap.get(), line)) {
            var refusal =
                    assertThrows(
                            NullPointerException.class,
                            () -> box.set(new Line(new Point(7, 7), null, (byte) 7)));
            assertEquals("Line.to is null, expected a Point", refusal.getMessage());
            assertEquals(line, box.get());
        }
    }

    @Test
    void anArrayOfAnotherLengthChangesNothing() {
        int[] numbers = {1, 2, 3};
        try (Box<int[]> box = Box.of(heap.get(), Type.array(int[].class, 3), numbers)) {
            var refusal =
                    assertThrows(IllegalArgumentException.class, () -> box.set(new int[] {9, 9}));
            assertEquals("length=2 of an array, expected 3: int[3]", refusal.getMessage());
            assertArrayEquals(numbers, box.get());
        }
    }

    @Test
    void oneOwnerTwiceIsRefused() {
        Type<Pair> type = Type.of(Pair.class);
        Box<Long> once = Box.of(heap.get(), 1L);
        Box<Long> other = Box.of(heap.get(), 2L);
        assertThrows(
                IllegalArgumentException.class,
                () -> Box.of(heap.get(), type, new Pair(once, once)));
        try (Box<Pair> pair = Box.of(heap.get(), type, new Pair(once, other))) {
            assertTrue(once.isClosed() && other.isClosed());
            assertEquals(2L, pair.get().right().get());
        }
    }

    @Test
    void aBadOwnerInARecordLeavesTheOthers() {
        Type<Pair> type = Type.of(Pair.class);
        try (Box<Long> good = Box.of(heap.get(), 1L)) {
            Box<Long> closed = Box.of(heap.get(), 2L);
            closed.close();
            assertThrows(
                    IllegalStateException.class,
                    () -> Box.of(heap.get(), type, new Pair(good, closed)));
            assertFalse(good.isClosed());
            assertEquals(1L, good.get());
        }
    }

    // ---- order ----

    @Test
    void comparesInMemory() {
        Type<Point[]> points = Type.array(Type.of(Point.class), 2);
        assertFalse(points.isOrdered());
        assertTrue(Type.of(TimeUnit.class).isOrdered());
        try (Box<long[]> box =
                Box.of(heap.get(), Type.array(long[].class, 2), new long[] {-1, 1})) {
            long at = box.address;
            assertTrue(Type.LONG.compareAt(box, at, at + 8) < 0);
            assertTrue(Type.LONG.compare(box, 5L, at + 8) > 0);
            assertTrue(Type.LONG.equals(box, 1L, at + 8));
            assertEquals(Long.hashCode(1), Type.LONG.hash(box, at + 8));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> Type.of(Point.class).compareAt(box, at, at));
        }
    }
}
