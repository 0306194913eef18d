package org.allod.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.IntStream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// Characters in UTF-8, as many as there are.
///
/// ```
///   Text (Java heap)                              block (off heap)
///   │ allocator │ address │ length 3 │ capacity │─► │ h │ ö │ room │     a zero fits, always
///
///   inline, in a Vec<Text>: 24 B, │ address │ length │ capacity │
/// ```
/// ```java
/// try (Text text = Text.of(allocator, "Hello")) {
///     text.push(", world").push('!');
///     print(text.cString());
/// }
/// ```
///
/// Indexes and sizes are bytes. Those that cut must be at a character's boundary:
/// [IllegalArgumentException]. The bytes are well-formed UTF-8 at any time.
///
/// Order is that of code points, byte by byte; Java's `String` differs beyond U+FFFF. Equal texts
/// have equal hashes; these are not those of strings.
///
/// Not guaranteed: that two threads may use it, by how much it grows, that freed bytes are wiped,
/// that the hash is the same in the next version.
///
/// Source: Rust's `String`.
public final class Text extends Room implements Comparable<Text> {
    /// Of such owners, for containers of them.
    public static final Type<Text> TYPE = new TextType();

    Text(Allocator allocator) {
        super(allocator, 1, 1);
    }

    /// One with those characters.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static Text of(Allocator allocator, CharSequence chars) {
        Objects.requireNonNull(chars, "chars");
        Text text = new Text(Objects.requireNonNull(allocator, "allocator"));
        text.append(chars);
        text.begin();
        return text;
    }

    /// An empty one. It takes nothing from the allocator before the first `push`.
    @CheckReturnValue
    public static Text of(Allocator allocator) {
        return of(allocator, "");
    }

    /// An empty one with room for so many bytes.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static Text withCapacity(Allocator allocator, long bytes) {
        atLeastZero("bytes", bytes);
        Text text = new Text(Objects.requireNonNull(allocator, "allocator"));
        if (bytes > 0) text.resize(bytes + 1);
        text.begin();
        return text;
    }

    /// One with a copy of those bytes.
    ///
    /// @throws IllegalArgumentException if they are not well-formed UTF-8
    /// @throws HeapExhaustedException if there is no room
    public static Text ofUtf8(Allocator allocator, MemorySegment bytes) {
        long size = bytes.byteSize();
        Text text = withCapacity(allocator, size);
        Memory.segment(text.address, size).copyFrom(bytes);
        long malformed = Utf8.malformed(text.address, size);
        if (malformed >= 0) {
            text.close();
            String why = "bytes: malformed at " + malformed + ", expected UTF-8";
            throw new IllegalArgumentException(why);
        }
        text.length = size;
        return text;
    }

    // ---- looking ----

    /// Bytes.
    public long size() {
        check();
        return length;
    }

    /// Whether there is no character.
    public boolean isEmpty() {
        return size() == 0;
    }

    /// Whether a character begins or ends at a byte.
    public boolean isBoundary(long index) {
        check();
        if (index == 0 || index == length) return true;
        return index > 0 && index < length && Utf8.isStart(Memory.getByte(address + index));
    }

    /// The character that begins at a byte.
    ///
    /// @return a code point
    /// @throws IndexOutOfBoundsException if there is none
    /// @throws IllegalArgumentException if none begins there
    public int codePointAt(long index) {
        check();
        Objects.checkIndex(index, length);
        checkBoundary("index", index);
        return Utf8.codePoint(address + index);
    }

    /// The code points in order. Not to be changed meanwhile.
    public IntStream codePoints() {
        return asChars().codePoints();
    }

    /// As Java's chars: live, so that it sees what happens to the text. `charAt` is O(1) in ASCII
    /// and from one index to the next, else O(n).
    public CharSequence asChars() {
        check();
        return new TextChars(this);
    }

    /// A zero-terminated string for native code, without a copy.
    ///
    /// Good until this text is next changed, moved or closed, which the segment *cannot* tell.
    public MemorySegment cString() {
        check();
        if (address == Allocator.NULL) return TextType.EMPTY_C_STRING;
        Memory.putByte(address + length, (byte) 0);
        return Memory.segment(address, length + 1);
    }

    /// The bytes, without a copy. Good as long as [#cString].
    public MemorySegment utf8() {
        check();
        return Memory.segment(address, length);
    }

    // ---- adding ----

    /// Adds characters. A surrogate alone becomes a `?`.
    ///
    /// @return this
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public Text push(CharSequence chars) {
        checkChange();
        append(chars);
        changed();
        return this;
    }

    /// Adds one character. A surrogate becomes a `?`.
    ///
    /// @return this
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public Text push(char one) {
        return pushCodePoint(Character.isSurrogate(one) ? '?' : one);
    }

    /// Adds one character.
    ///
    /// @return this
    /// @throws IllegalArgumentException if it is no code point, or a surrogate
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public Text pushCodePoint(int point) {
        checkChange();
        if (!Character.isValidCodePoint(point) || point >= 0xD800 && point <= 0xDFFF) {
            throw new IllegalArgumentException("point=" + point + ", expected a Unicode character");
        }
        if (capacity - length <= Integer.BYTES) grow(length + Integer.BYTES + 1);
        length = Utf8.put(address + length, point) - address;
        changed();
        return this;
    }

    /// Adds the characters of another one, which stays as it is.
    ///
    /// @return this
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public Text push(Text other) {
        checkChange();
        other.check();
        long added = other.length;
        if (added >= capacity - length && added > 0) grow(length + added + 1);
        Memory.copy(other.address, address + length, added);
        length += added;
        changed();
        return this;
    }

    private void append(CharSequence chars) {
        long most = Utf8.mostBytes(chars);
        if (most > capacity - length && !makeRoom(chars, most)) return;
        long at = address + length;
        boolean fits = most <= capacity - length;
        length = (fits ? Utf8.putFast(at, chars) : Utf8.put(at, chars)) - address;
    }

    /// False if there are no characters. A first block has room for a few, which nobody counts.
    private boolean makeRoom(CharSequence chars, long most) {
        if (chars.isEmpty()) return false;
        long bytes = capacity == 0 && most < FIRST_BYTES ? most : Utf8.length(chars);
        if (bytes >= capacity - length) grow(length + bytes + 1);
        return true;
    }

    /// Adds characters at a byte; what lies there moves on.
    ///
    /// @return this
    /// @throws IndexOutOfBoundsException if there is no such byte, and it is not the end
    /// @throws IllegalArgumentException if it is within a character
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public Text insert(long index, CharSequence chars) {
        checkChange();
        if (index != length) Objects.checkIndex(index, length);
        checkBoundary("index", index);
        String added = chars.toString();
        long bytes = Utf8.length(added);
        if (bytes >= capacity - length) grow(length + bytes + 1);
        Memory.copy(address + index, address + index + bytes, length - index);
        Utf8.put(address + index, added);
        length += bytes;
        changed();
        return this;
    }

    // ---- removing ----

    /// Removes the last character.
    ///
    /// @return its code point
    /// @throws java.util.NoSuchElementException if there is none
    public int pop() {
        checkChange();
        if (length == 0) throw Run.empty(name());
        long at = length - 1;
        while (!Utf8.isStart(Memory.getByte(address + at))) at--;
        int point = Utf8.codePoint(address + at);
        length = at;
        changed();
        return point;
    }

    /// Removes a range of bytes.
    ///
    /// @throws IndexOutOfBoundsException if there is no such range
    /// @throws IllegalArgumentException if it begins or ends within a character
    public void removeRange(long from, long to) {
        checkChange();
        checkRange(from, to);
        Memory.copy(address + to, address + from, length - to);
        length -= to - from;
        changed();
    }

    /// Removes what comes after so many bytes; nothing if there are fewer.
    ///
    /// @throws IllegalArgumentException if `size` is negative, or within a character
    public void truncate(long size) {
        checkChange();
        atLeastZero("size", size);
        if (size >= length) return;
        checkBoundary("size", size);
        length = size;
        changed();
    }

    /// Removes all characters and keeps the room.
    public void clear() {
        truncate(0);
    }

    // ---- parts ----

    /// A copy of a range of bytes.
    ///
    /// @throws IndexOutOfBoundsException if there is no such range
    /// @throws IllegalArgumentException if it begins or ends within a character
    /// @throws HeapExhaustedException if there is no room
    public Text substring(long from, long to) {
        check();
        checkRange(from, to);
        return part(from, to - from);
    }

    private Text part(long from, long bytes) {
        Text part = withCapacity(allocator, bytes);
        Utf8.copy(address + from, part.address, bytes);
        part.length = bytes;
        return part;
    }

    /// A copy.
    ///
    /// @throws HeapExhaustedException if there is no room
    public Text copy() {
        return part(0, size());
    }

    /// Index of the first byte from which on the other's bytes are here, or -1.
    public long indexOf(Text other) {
        check();
        other.check();
        for (long i = 0; i <= length - other.length; i++) {
            if (Utf8.equal(address + i, other.address, other.length)) return i;
        }
        return -1;
    }

    /// Whether it begins with the other's characters.
    public boolean startsWith(Text other) {
        check();
        other.check();
        return other.length <= length && Utf8.equal(address, other.address, other.length);
    }

    private void checkRange(long from, long to) {
        Objects.checkFromToIndex(from, to, length);
        checkBoundary("from", from);
        checkBoundary("to", to);
    }

    private void checkBoundary(String name, long index) {
        if (!isBoundary(index)) {
            throw new IllegalArgumentException(
                    name + "=" + index + ", expected the boundary of a character");
        }
    }

    // ---- as a value ----

    @Override
    public int compareTo(Text other) {
        check();
        other.check();
        return Utf8.compare(address, length, other.address, other.length);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) return true;
        if (!(other instanceof Text text) || isEnded() || text.isEnded()) return false;
        check();
        text.check();
        return length == text.length && Utf8.equal(address, text.address, length);
    }

    @Override
    public int hashCode() {
        check();
        return Utf8.hash(address, length);
    }

    /// Whether the characters are the same.
    public boolean contentEquals(CharSequence chars) {
        check();
        return CharSequence.compare(asChars(), chars) == 0;
    }

    /// The characters as a string; of one that has ended, that it has.
    @Override
    public String toString() {
        if (isEnded()) return super.toString();
        return new String(utf8().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public Text move() {
        return moveTo(new Text(allocator));
    }

    @Override
    long spare() {
        return 1;
    }

    @Override
    OwnerType<?> type() {
        return (OwnerType<Text>) TYPE;
    }
}
