package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.kit.Garbage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reading and writing primitives, and records that go nowhere, makes no garbage once compiled.
///
/// Each kind in a JVM of its own: where one call in `Box.get` has seen several types the compiler
/// does not take their values apart any more.
class OwnGarbageTest {
    private static final int OPERATIONS = 100_000;

    /// A round may still run in the interpreter or be compiled anew; some must be free of garbage.
    private static final int ROUNDS = 200;

    /// On a loaded machine the compiler comes late: more rounds until then.
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /// Bytes an operation: less than any object has, more than the measuring itself.
    private static final double MARGIN = 0.1;

    record Point(int x, long y) {}

    record Line(Point from, Point to) {}

    private static final Point POINT = new Point(1, 2);

    private static final Line LINE = new Line(POINT, POINT);

    private static final Allocator HEAP = new BuddyAllocator(Region.reserved(1 << 20));

    private static final Map<String, Supplier<LongUnaryOperator>> WORK = new LinkedHashMap<>();

    static {
        WORK.put("LongBox", () -> of(LongBox.of(HEAP, 1), OwnGarbageTest::setAndGet));
        WORK.put("Box<long>", () -> of(Box.of(HEAP, 1L), OwnGarbageTest::setAndGet));
        WORK.put("Cell<long>", () -> of(Cell.of(HEAP, 1L), OwnGarbageTest::setAndGet));
        WORK.put("Box<Point>", () -> of(Box.of(HEAP, POINT), OwnGarbageTest::setAndGetPoint));
        WORK.put("Box<Line>", () -> of(Box.of(HEAP, LINE), OwnGarbageTest::setAndGetLine));
        WORK.put("Rc<Line>", () -> of(Rc.of(HEAP, LINE), (rc, i) -> rc.get().to().y() + i));
        WORK.put("LongVec", () -> of(LongVec.of(HEAP), OwnGarbageTest::pushAndPop));
        WORK.put("DoubleVec", () -> of(DoubleVec.of(HEAP, 1), OwnGarbageTest::setAndGet));
        WORK.put(
                "Vec<Point>",
                () ->
                        of(
                                Vec.of(HEAP, Type.of(Point.class), POINT),
                                (vec, i) -> setAndGetPoint(vec, i)));
        WORK.put("LongBTreeMap", () -> of(LongBTreeMap.of(HEAP), OwnGarbageTest::addAndRemove));
        WORK.put("LongHashMap", () -> of(LongHashMap.of(HEAP), OwnGarbageTest::addAndRemove));
        WORK.put("Text", () -> of(Text.of(HEAP), OwnGarbageTest::pushAndHash));
    }

    private interface Work<O> {
        long run(O owner, long value);
    }

    private static <O> LongUnaryOperator of(O owner, Work<O> work) {
        return value -> work.run(owner, value);
    }

    private static long setAndGet(LongBox box, long value) {
        box.set(value);
        return box.get();
    }

    private static long setAndGet(Box<Long> box, long value) {
        box.set(value);
        return box.get();
    }

    private static long setAndGet(Cell<Long> cell, long value) {
        cell.set(value);
        return cell.get();
    }

    private static long setAndGetPoint(Box<Point> box, long value) {
        box.set(new Point((int) value, value));
        return box.get().y();
    }

    private static long setAndGetLine(Box<Line> box, long value) {
        box.set(new Line(new Point((int) value, value), new Point(1, value)));
        return box.get().to().y();
    }

    private static long pushAndPop(LongVec vec, long value) {
        vec.push(value);
        vec.push(vec.get(vec.size() - 1) + 1);
        return vec.size() > 1000 ? vec.pop() + vec.pop() + vec.pop() : vec.pop();
    }

    private static long setAndGet(DoubleVec vec, long value) {
        vec.set(0, value);
        return (long) vec.get(0);
    }

    private static long setAndGetPoint(Vec<Point> vec, long value) {
        vec.set(0, new Point((int) value, value));
        return vec.get(0).y();
    }

    private static long addAndRemove(LongBTreeMap map, long value) {
        map.add(value * 7919 % 5003, value);
        return map.get(5, 0) + map.remove(value * 6007 % 5003, 0);
    }

    private static long addAndRemove(LongHashMap map, long value) {
        map.add(value * 7919 % 5003, value);
        return map.get(5, 0) + map.remove(value * 6007 % 5003, 0);
    }

    private static long pushAndHash(Text text, long value) {
        if (text.size() > 100) text.clear();
        return text.push("a string of some length").push((char) value).hashCode();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void makesNoGarbage(String name) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process run =
                new ProcessBuilder(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-Xshare:auto",
                                "-Dallod.tracing=off",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                "target/classes" + File.pathSeparator + "target/test-classes",
                                OwnGarbageTest.class.getName(),
                                name)
                        .redirectErrorStream(true)
                        .start();
        String text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, run.waitFor(), text);
    }

    static Stream<String> names() {
        return WORK.keySet().stream();
    }

    /// Exits with 0 if the work of that name makes no garbage.
    public static void main(String[] name) {
        LongUnaryOperator work = WORK.get(name[0]).get();
        double least = Double.MAX_VALUE;
        long sum = 0;
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (int round = 0;
                least > MARGIN && (round < ROUNDS || System.nanoTime() < end);
                round++) {
            long start = Garbage.soFar();
            for (int i = 0; i < OPERATIONS; i++) sum += work.applyAsLong(i);
            least = Math.min(least, (Garbage.soFar() - start) / (double) OPERATIONS);
        }
        System.out.println(name[0] + ": " + least + " B an operation, sum " + sum);
        System.exit(least <= MARGIN ? 0 : 1);
    }
}
