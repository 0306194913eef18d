package org.allod.own;

import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// One int, owned: a [Box] that needs no `Integer`.
///
/// ```
///   IntBox (Java heap)                block (off heap)
///   │ allocator │ address │──────► │ value: 4 B │
/// ```
/// ```java
/// try (IntBox count = IntBox.of(allocator, 5)) {
///     count.set(count.get() + 1);
/// }
/// ```
///
/// Makes no garbage beside itself. Not guaranteed: that two threads may use it; that freed bytes
/// are wiped.
///
/// Source: Rust's `Box`.
public final class IntBox extends Owner {
    /// The type of such boxes, for containers of them.
    public static final Type<IntBox> TYPE = new OwnerType<>(IntBox.class, 1, IntBox::new);

    private IntBox(Allocator allocator) {
        super(allocator);
    }

    /// A box with a value.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static IntBox of(Allocator allocator, int value) {
        IntBox box = new IntBox(allocator);
        box.address = Place.allocate(allocator, Integer.BYTES, Integer.BYTES);
        box.length = 1;
        Memory.putInt(box.address, value);
        box.begin();
        return box;
    }

    /// The value.
    public int get() {
        check();
        return Memory.getInt(address);
    }

    /// Sets another value.
    public void set(int value) {
        checkChange();
        Memory.putInt(address, value);
    }

    /// Sets another value.
    ///
    /// @return the one that was there
    public int replace(int value) {
        int old = get();
        set(value);
        return old;
    }

    /// Ends the box.
    ///
    /// @return its value
    public int take() {
        checkEnd("taken");
        int value = get();
        allocator.deallocate(address, Integer.BYTES, Integer.BYTES);
        end(TAKEN);
        return value;
    }

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public IntBox move() {
        return moveTo(new IntBox(allocator));
    }

    /// Ends the box and leaves its block to the caller, as [Box#leak] does.
    public MemorySegment leak() {
        checkEnd("leaked");
        MemorySegment block = Memory.segment(address, Integer.BYTES);
        end(LEAKED);
        return block;
    }

    /// A box of what [#leak] left.
    ///
    /// @throws IllegalArgumentException as [Box#fromRaw]
    @CheckReturnValue
    public static IntBox fromRaw(Allocator allocator, MemorySegment block) {
        IntBox box = new IntBox(allocator);
        box.address = Place.raw(allocator, Type.INT, block);
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
        if (address != Allocator.NULL) drops.free(address, Integer.BYTES, Integer.BYTES);
    }
}
