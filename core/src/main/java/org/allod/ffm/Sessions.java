package org.allod.ffm;

import java.lang.foreign.Arena;

/// What the arenas say and have of sessions in common.
final class Sessions {
    private Sessions() {}

    /// A session that is over, for an arena that ended without ever having had one.
    static Arena ended() {
        Arena session = Arena.ofConfined();
        session.close();
        return session;
    }

    static IllegalStateException closed() {
        return new IllegalStateException("arena is closed, expected an open one");
    }

    static UnsupportedOperationException automatic() {
        return new UnsupportedOperationException(
                "an automatic arena ends when nobody can reach it, not by a call");
    }
}
