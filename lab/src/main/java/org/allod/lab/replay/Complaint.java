package org.allod.lab.replay;

/// What a checked pass found wrong with an allocator.
final class Complaint extends RuntimeException {
    private static final long serialVersionUID = 1;

    Complaint(String message) {
        super(message);
    }
}
