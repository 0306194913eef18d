package org.allod.lab.trace;

/// A trace that cannot be read. The message is one line: `source:line: what, expected ...`.
public final class TraceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TraceException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Something is wrong with the whole source.
    ///
    /// @param source what was read, as the user named it
    /// @param what is wrong, and what was expected
    public static TraceException in(String source, String what) {
        return new TraceException(source + ": " + what, null);
    }

    /// Something is wrong with the whole source, because of `cause`.
    ///
    /// @param source what was read, as the user named it
    /// @param what is wrong, and what was expected
    /// @param cause what the system said
    public static TraceException in(String source, String what, Throwable cause) {
        return new TraceException(source + ": " + what, cause);
    }

    /// Something is wrong with one line.
    ///
    /// @param source what was read, as the user named it
    /// @param line counted from 1
    /// @param what is wrong, and what was expected
    public static TraceException at(String source, long line, String what) {
        return new TraceException(source + ":" + line + ": " + what, null);
    }
}
