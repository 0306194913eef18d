package org.allod.own;

import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

/// A component of a record, as its accessors need it.
///
/// @param path as `Line.to`, for messages
/// @param carrier the component's class
/// @param offset of the component in the record, bytes
/// @param getter takes the record, answers the component
/// @param plain whether it is a primitive: no type is asked for it
/// @param owner whether it owns memory
/// @param type of it; to be asked for when all types are made, since they may need each other
record RecordPart(
        String path,
        Class<?> carrier,
        long offset,
        MethodHandle getter,
        boolean plain,
        boolean owner,
        Supplier<Type<?>> type) {

    /// The component's class as the accessors see it: a primitive, or Object.
    Class<?> seen() {
        return plain ? carrier : Object.class;
    }
}
