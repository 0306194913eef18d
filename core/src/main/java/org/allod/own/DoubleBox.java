package org.allod.own;

import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// One double, owned: a [Box] that needs no `Double`.
///
/// ```
///   DoubleBox (Java heap)                block (off heap)
///   │ allocator │ address │──────► │ value: 8 B │
/// ```
/// ```java
/// try (DoubleBox count = DoubleBox.of(allocator, 5)) {
///     count.set(count.get() + 1);
/// }
/// ```
///
/// Makes no garbage beside itself. Not guaranteed: that two threads may use it; that freed bytes
/// are wiped.
///
/// Source: Rust's `Box`.
public final class DoubleBox extends Owner {
    /// The type of such boxes, for containers of them.
    public static final Type<DoubleBox> TYPE = new OwnerType<>(DoubleBox.class, 1, DoubleBox::new);

    private DoubleBox(Allocator allocator) {
        super(allocator);
    }

    /// A box with a value.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static DoubleBox of(Allocator allocator, double value) {
        DoubleBox box = new DoubleBox(allocator);
        box.address = Place.allocate(allocator, Double.BYTES, Double.BYTES);
        box.length = 1;
        PrimitiveTypes.putDouble(box.address, value);
        box.begin();
        return box;
    }

    /// The value.
    public double get() {
        check();
        return PrimitiveTypes.getDouble(address);
    }

    /// Sets another value.
    public void set(double value) {
        checkChange();
        PrimitiveTypes.putDouble(address, value);
    }

    /// Sets another value.
    ///
    /// @return the one that was there
    public double replace(double value) {
        double old = get();
        set(value);
        return old;
    }

    /// Ends the box.
    ///
    /// @return its value
    public double take() {
        checkEnd("taken");
        double value = get();
        allocator.deallocate(address, Double.BYTES, Double.BYTES);
        end(TAKEN);
        return value;
    }

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public DoubleBox move() {
        return moveTo(new DoubleBox(allocator));
    }

    /// Ends the box and leaves its block to the caller, as [Box#leak] does.
    public MemorySegment leak() {
        checkEnd("leaked");
        MemorySegment block = Memory.segment(address, Double.BYTES);
        end(LEAKED);
        return block;
    }

    /// A box of what [#leak] left.
    ///
    /// @throws IllegalArgumentException as [Box#fromRaw]
    @CheckReturnValue
    public static DoubleBox fromRaw(Allocator allocator, MemorySegment block) {
        DoubleBox box = new DoubleBox(allocator);
        box.address = Place.raw(allocator, Type.DOUBLE, block);
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
        if (address != Allocator.NULL) drops.free(address, Double.BYTES, Double.BYTES);
    }
}
