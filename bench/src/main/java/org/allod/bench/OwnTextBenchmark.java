package org.allod.bench;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.own.Text;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Characters: `Text` beside `StringBuilder` and `String`.
///
/// A string keeps its hash, so the hashed ones are fresh: their making is part of the time, here as
/// there.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
@State(Scope.Thread)
public class OwnTextBenchmark {
    /// Pieces of one concatenation.
    private static final int PIECES = 100;

    /// Characters of a piece: ASCII.
    @Param({"8", "100"})
    public int chars;

    /// Name of the allocator. Not `allocator`: one is enough here.
    @Param("jemalloc")
    public String over;

    private Allocator heap;
    private String piece;
    private Text pieceText;
    private byte[] bytes;

    /// Makes the pieces.
    @Setup
    public void open() {
        heap = LivedInHeap.open(over, 0);
        piece = "abcdefghij".repeat(chars / 10 + 1).substring(0, chars);
        pieceText = Text.of(heap, piece);
        bytes = piece.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /// Looks at the heap.
    @TearDown
    public void check() {
        LivedInHeap.check(heap);
    }

    /// A hundred pieces from empty.
    ///
    /// @return bytes of the result
    @Benchmark
    public long concatenateText() {
        try (Text text = Text.of(heap)) {
            for (int i = 0; i < PIECES; i++) text.push(piece);
            return text.size();
        }
    }

    /// The same where the pieces are texts.
    ///
    /// @return bytes of the result
    @Benchmark
    public long concatenateTexts() {
        try (Text text = Text.of(heap)) {
            for (int i = 0; i < PIECES; i++) text.push(pieceText);
            return text.size();
        }
    }

    /// The same with the JDK's.
    ///
    /// @return the result
    @Benchmark
    public Object concatenateStringBuilder() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PIECES; i++) text.append(piece);
        return text;
    }

    /// The hash of a text made of another one.
    ///
    /// @return the hash
    @Benchmark
    public int hashText() {
        try (Text fresh = pieceText.copy()) {
            return fresh.hashCode();
        }
    }

    /// The hash of a text made of a string.
    ///
    /// @return the hash
    @Benchmark
    public int hashTextOfString() {
        try (Text fresh = Text.of(heap, piece)) {
            return fresh.hashCode();
        }
    }

    /// The hash of a text made of bytes, which are tested for being UTF-8.
    ///
    /// @return the hash
    @Benchmark
    public int hashTextOfBytes() {
        try (Text fresh = Text.ofUtf8(heap, MemorySegment.ofArray(bytes))) {
            return fresh.hashCode();
        }
    }

    /// The hash of a string made of bytes.
    ///
    /// @return the hash
    @Benchmark
    public int hashString() {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).hashCode();
    }

    /// The hash of a text that is there.
    ///
    /// @return the hash
    @Benchmark
    public int hashOnlyText() {
        return pieceText.hashCode();
    }

    /// As long a hash of bytes, by the JDK.
    ///
    /// @return the hash
    @Benchmark
    public int hashOnlyBytes() {
        return java.util.Arrays.hashCode(bytes);
    }
}
