package org.allod.own;

/// What is remembered of an owner that is watched.
final class Watch {

    static Watch of(Owner owner) {
        return new Watch();
    }

    /// The owner has another block, or other words.
    void refresh(Lender owner) {}

    /// The owner has ended, here.
    void ended() {}

    /// What is known, to be put at the end of a message.
    String text() {
        return "";
    }
}
