package org.allod.own;

import java.util.HashSet;
import java.util.Set;
import org.allod.Allocator;

/// Which values may go from one thread to another: Rust's `Send` and `Sync`, asked of a [Type].
///
/// | a value | may move to another thread | may be looked at by several |
/// |---|---|---|
/// | primitives, enums | yes | yes |
/// | records, arrays, `Box`, collections | as all that is in them | as all that is in them |
/// | `Rc`, `Weak` | no | no |
/// | `Cell`, `RefCell` | as what is in it | no |
/// | `Mutex` | as what is in it | if what is in it may move |
/// | `Arc`, `ArcWeak` | if what is in it may do both | the same |
enum Threads {
    /// As what is in it.
    AS_PARTS,
    /// One thread for ever.
    ONE,
    /// One thread at a time.
    ONE_AT_A_TIME,
    /// Sees to it that there is one at a time.
    LOCKED,
    /// Any, at the same time.
    ANY;

    /// Throws unless several threads may look at a value, and any may drop it.
    static void checkShared(Type<?> type) {
        Question question = new Question();
        if (question.maySend(type) && question.mayShare(type)) return;
        throw new IllegalArgumentException(
                "type="
                        + type
                        + ", expected one that any thread may look at: a Mutex of it, or an Arc"
                        + " where it has an Rc");
    }

    /// Throws unless any thread may free what the allocator gave.
    static void checkShared(Allocator allocator) {
        if (allocator.threadSafe()) return;
        throw new IllegalArgumentException(
                "allocator="
                        + allocator.getClass().getSimpleName()
                        + " is for one thread, expected one for any: a LockedAllocator of it");
    }

    /// Throws unless a value may go to another thread.
    static void checkSent(Type<?> type) {
        if (new Question().maySend(type)) return;
        throw new IllegalArgumentException(
                "type=" + type + ", expected one that may go to another thread: no Rc in it");
    }

    /// Types may be in themselves, through owners: what is being asked further out counts as yes.
    /// One no is enough for the whole, so that this is the right answer.
    private static final class Question {
        private final Set<Type<?>> sent = new HashSet<>();
        private final Set<Type<?>> shared = new HashSet<>();

        boolean maySend(Type<?> type) {
            if (!sent.add(type)) return true;
            return switch (type.threads()) {
                case ONE -> false;
                case ANY -> type.parts().stream().allMatch(p -> maySend(p) && mayShare(p));
                default -> type.parts().stream().allMatch(this::maySend);
            };
        }

        boolean mayShare(Type<?> type) {
            if (!shared.add(type)) return true;
            return switch (type.threads()) {
                case ONE, ONE_AT_A_TIME -> false;
                case LOCKED -> type.parts().stream().allMatch(this::maySend);
                case ANY -> type.parts().stream().allMatch(p -> maySend(p) && mayShare(p));
                default -> type.parts().stream().allMatch(this::mayShare);
            };
        }
    }
}
