package org.allod.own;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// What owns memory of an [Allocator] and gives it back when it is closed.
///
/// ```
///   open ──close()──► closed          what it owned is dropped, its block freed
///     ├────move()───► moved           a new owner has it
///     ├────push(it)─► moved           a container has it
///     └────take()───► taken           the caller has the value
/// ```
///
/// **The rules**, for all owners:
/// 1. An owner is closed once, best by `try`. Closing drops what it owns, and so on down.
/// 2. Closing one that is closed or moved does nothing. Every other call on one throws
///    [IllegalStateException], which names it and, while [Tracing] is on, the line that ended it.
/// 3. Whoever takes an owner as an argument, to keep it, *moves* it in. It must be of the same
///    allocator and no borrow.
/// 4. What `get` and iteration give of an owner is a *borrow*: good until the container is next
///    changed, moved or closed. Closing or moving a borrow throws.
/// 5. What `Rc`, `Arc` and `RefCell.borrow` lend must not be changed.
///
/// Not guaranteed: that two threads may use one owner, reading included; that its block stays
/// where it is while it is changed; that freed bytes are wiped.
public abstract class Owner extends Lender {

    /// Of the block; 0 for none, and once it has ended.
    long address;

    /// Elements in it; 0 once it has ended, so that the bounds test is also the closed test.
    long length;

    /// Of a borrow: where the lender keeps the words.
    long slot;

    Owner(Allocator allocator) {
        super(allocator);
    }

    // ---- what each owner says of itself ----

    /// How it lies in a container.
    ///
    /// @return the type of which this is a value
    abstract OwnerType<?> type();

    /// Takes the words of an inline form. [OwnerType#size] bytes.
    void load(long slot) {
        address = Memory.getLong(slot);
        length = address == Allocator.NULL ? 0 : 1;
    }

    /// Writes its words, as [#load] takes them.
    void store(long slot) {
        Memory.putLong(slot, address);
    }

    /// Takes the words of another one of its class and type.
    void become(Owner other) {
        address = other.address;
        length = other.length;
    }

    /// Drops what it owns and frees its block. The words stay as they were.
    abstract void drop(Drops drops);

    /// Throws unless this thread may end it.
    void checkThread() {}

    @Override
    void forget() {
        address = Allocator.NULL;
        length = 0;
    }

    @Override
    final void storeBack() {
        store(slot);
    }

    @Override
    final String name() {
        return type().toString();
    }

    // ---- the states ----

    /// A new owner begins: the last act of whoever makes one.
    final void begin() {
        if (Tracing.isOn()) watch = Watch.of(this);
    }

    /// What `lender` has in its slot begins to be borrowed.
    final void lend(Lender from, long slot) {
        this.slot = slot;
        lender = from;
        lent = from.version;
        root = from.root;
        seen = from.root.version;
        state = from.isSharing() ? SHARED : BORROWED;
    }

    /// Gives all that it owns to a new handle and ends as moved.
    final <O extends Owner> O moveTo(O fresh) {
        checkEnd("moved");
        fresh.become(this);
        if (watch != null) fresh.watch = watch.moved(fresh);
        end(MOVED);
        return fresh;
    }

    /// Whether it has been closed, moved, taken or leaked.
    public final boolean isClosed() {
        return isEnded();
    }

    /// Where its memory comes from. Also after its end.
    public final Allocator allocator() {
        return allocator;
    }

    /// Drops what it owns and frees its memory. Does nothing once it has ended.
    ///
    /// @throws IllegalStateException if it is a borrow
    @Override
    public final void close() {
        if (isEnded()) return;
        checkEnd("closed");
        checkThread();
        try {
            Drops.drop(this);
        } finally {
            end(CLOSED);
        }
    }

    /// Its type, and whether it is open.
    @Override
    public String toString() {
        return isEnded() ? name() + " (ended)" : name();
    }
}
