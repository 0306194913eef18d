package org.allod.own;

import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// One long, owned: a [Box] that needs no `Long`.
///
/// ```
///   LongBox (Java heap)                block (off heap)
///   │ allocator │ address │──────► │ value: 8 B │
/// ```
/// ```java
/// try (LongBox count = LongBox.of(allocator, 5)) {
///     count.set(count.get() + 1);
/// }
/// ```
///
/// Makes no garbage beside itself. Not guaranteed: that two threads may use it; that freed bytes
/// are wiped.
///
/// Source: Rust's `Box`.
public final class LongBox extends Owner {
    /// The type of such boxes, for containers of them.
    public static final Type<LongBox> TYPE = new OwnerType<>(LongBox.class, 1, LongBox::new);

    private LongBox(Allocator allocator) {
        super(allocator);
    }

    /// A box with a value.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static LongBox of(Allocator allocator, long value) {
        LongBox box = new LongBox(allocator);
        box.address = Place.allocate(allocator, Long.BYTES, Long.BYTES);
        box.length = 1;
        Memory.putLong(box.address, value);
        box.begin();
        return box;
    }

    /// The value.
    public long get() {
        check();
        return Memory.getLong(address);
    }

    /// Sets another value.
    public void set(long value) {
        checkChange();
        Memory.putLong(address, value);
    }

    /// Sets another value.
    ///
    /// @return the one that was there
    public long replace(long value) {
        long old = get();
        set(value);
        return old;
    }

    /// Ends the box.
    ///
    /// @return its value
    public long take() {
        checkEnd("taken");
        long value = get();
        allocator.deallocate(address, Long.BYTES, Long.BYTES);
        end(TAKEN);
        return value;
    }

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public LongBox move() {
        return moveTo(new LongBox(allocator));
    }

    /// Ends the box and leaves its block to the caller, as [Box#leak] does.
    public MemorySegment leak() {
        checkEnd("leaked");
        MemorySegment block = Memory.segment(address, Long.BYTES);
        end(LEAKED);
        return block;
    }

    /// A box of what [#leak] left.
    ///
    /// @throws IllegalArgumentException as [Box#fromRaw]
    @CheckReturnValue
    public static LongBox fromRaw(Allocator allocator, MemorySegment block) {
        LongBox box = new LongBox(allocator);
        box.address = Place.raw(allocator, Type.LONG, block);
        box.length = 1;
        box.begin();
        return box;
    }

    @Override
    OwnerType<?> type() {
        return (OwnerType<?>) TYPE;
    }

    @Override
    void drop(Drops drops) {
        if (address != Allocator.NULL) drops.free(address, Long.BYTES, Long.BYTES);
    }
}
