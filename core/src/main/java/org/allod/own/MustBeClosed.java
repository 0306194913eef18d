package org.allod.own;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The result belongs into a `try`: a guard, which cannot be given to somebody else.
///
/// For checkers that know it by its simple name. Owners are not marked with it, since they may be
/// moved instead: see [CheckReturnValue] and the Checker Framework's `@InheritableMustCall`.
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface MustBeClosed {}
