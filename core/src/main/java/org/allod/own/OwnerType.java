package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.allod.Allocator;

/// An owner as a value: its words lie inline in what contains it, and are dropped with it.
///
/// @param <O> the owner
sealed class OwnerType<O extends Owner> extends Type<O> permits TextType {
    private final Function<Allocator, O> blank;
    private final List<Type<?>> of;
    private final Threads threads;

    /// @param carrier the owner's class
    /// @param words of the inline form
    /// @param blank makes a handle without words
    /// @param of what the owner holds, in the order of its class's parameters
    OwnerType(Class<?> carrier, int words, Function<Allocator, O> blank, Type<?>... of) {
        this(carrier, words, Threads.AS_PARTS, blank, of);
    }

    /// As above, of an owner that has its own rule for threads.
    OwnerType(
            Class<?> carrier,
            int words,
            Threads threads,
            Function<Allocator, O> blank,
            Type<?>... of) {
        super(carrier, layout(words), true);
        this.blank = blank;
        this.of = List.of(of);
        this.threads = threads;
    }

    /// The layout of an owner's words.
    static MemoryLayout layout(int words) {
        return words == 1
                ? ValueLayout.JAVA_LONG
                : MemoryLayout.sequenceLayout(words, ValueLayout.JAVA_LONG);
    }

    // ---- as a value ----

    /// A borrow.
    @Override
    O read(Lender lender, long address) {
        O borrow = blank.apply(lender.allocator);
        borrow.load(address);
        borrow.lend(lender, address);
        return borrow;
    }

    /// An owner, which leaves its words behind.
    @Override
    O take(Lender lender, long address) {
        O owner = blank.apply(lender.allocator);
        owner.load(address);
        owner.begin();
        return owner;
    }

    @Override
    void check(Lender home, O value) {
        Objects.requireNonNull(value, "value");
        value.checkEnd("moved");
        if (value.allocator != home.allocator) {
            throw new IllegalArgumentException(
                    "value=" + value + " of another allocator, expected one of the container's");
        }
        if (!equals(value.type())) {
            throw new IllegalArgumentException("value=" + value + ", expected a " + this);
        }
        for (Lender at = home; at != null; at = at.lender) {
            if (at == value) {
                throw new IllegalArgumentException(
                        "value=" + value + " is the container, expected another one");
            }
        }
        value.checkThread();
    }

    @Override
    void write(Lender home, long address, O value) {
        value.store(address);
        value.end(Lender.MOVED);
    }

    @Override
    void owners(O value, List<Owner> into) {
        into.add(value);
    }

    @Override
    void drop(Drops drops, long address) {
        O owner = blank.apply(drops.allocator());
        owner.load(address);
        owner.drop(drops);
    }

    // ---- as a type ----

    @Override
    List<Type<?>> parts() {
        return of;
    }

    @Override
    Threads threads() {
        return threads;
    }

    /// A handle without words.
    O blank(Allocator allocator) {
        return blank.apply(allocator);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof OwnerType<?> that
                        && carrier() == that.carrier()
                        && of.equals(that.of);
    }

    @Override
    public int hashCode() {
        return 31 * carrier().hashCode() + of.hashCode();
    }

    @Override
    public String toString() {
        if (of.isEmpty()) return carrier().getSimpleName();
        StringBuilder text = new StringBuilder(carrier().getSimpleName());
        String before = "<";
        for (Type<?> type : of) {
            text.append(before).append(type);
            before = ", ";
        }
        return text.append('>').toString();
    }
}
