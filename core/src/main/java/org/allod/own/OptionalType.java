package org.allod.own;

import java.util.List;
import java.util.Optional;

/// A value or none: a nullable one, seen as an [Optional].
///
/// @param <T> the value
final class OptionalType<T> extends Type<Optional<T>> {
    private final Type<T> nullable;

    OptionalType(Type<T> nullable) {
        super(Optional.class, nullable.layout(), nullable.isOwner());
        this.nullable = nullable;
    }

    @Override
    Optional<T> read(Lender lender, long address) {
        return Optional.ofNullable(nullable.read(lender, address));
    }

    @Override
    Optional<T> take(Lender lender, long address) {
        return Optional.ofNullable(nullable.take(lender, address));
    }

    @Override
    void check(Lender home, Optional<T> value) {
        super.check(home, value);
        nullable.check(home, value.orElse(null));
    }

    @Override
    void write(Lender home, long address, Optional<T> value) {
        nullable.write(home, address, value.orElse(null));
    }

    @Override
    void drop(Drops drops, long address) {
        nullable.drop(drops, address);
    }

    @Override
    List<Type<?>> parts() {
        return List.of(nullable);
    }

    @Override
    int slots() {
        return nullable.slots();
    }

    @Override
    void owners(Optional<T> value, List<Owner> into) {
        nullable.owners(value.orElse(null), into);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof OptionalType<?> that && nullable.equals(that.nullable);
    }

    @Override
    public int hashCode() {
        return 31 * nullable.hashCode();
    }

    @Override
    public String toString() {
        String text = nullable.toString();
        return "Optional<" + text.substring(0, text.length() - 1) + ">";
    }
}
