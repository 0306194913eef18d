package org.allod.lab.cli;

/// A command could not do its work. The message is one line for people; the exit code is 1.
final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param message what failed, where, and what was expected
    CommandFailedException(String message) {
        super(message);
    }
}
