package org.allod.own;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How long an array in a record is: `record Name(@Length(16) byte[] letters) {}`.
///
/// Arrays in memory are as long as their type says: 16 bytes here, in the record itself.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {
    /// Elements, at least 1; of an array of arrays each dimension, the outermost first.
    int[] value();
}
