package org.allod.lab.workload;

/// A block does not hold what the workload wrote to it. The message is one line for people.
public final class CorruptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param message which block, and what is wrong with it
    public CorruptionException(String message) {
        super(message);
    }
}
