package org.allod.own;

import java.lang.ref.Reference;
import java.util.Objects;
import org.allod.Allocator;
import org.checkerframework.checker.mustcall.qual.InheritableMustCall;

/// What can lend: an [Owner], or a guard of a `RefCell` or `Mutex`.
///
/// ```
///   Vec<Vec<Text>> rows        version 7
///      ▲ lender, lent at 7
///   Vec<Text> row  = rows.get(0)         version 3
///      ▲ lender, lent at 3
///   Text word = row.get(5)               asks row, which asks rows: both versions as they were?
/// ```
///
/// A borrow remembers who lent it and at which version. A version goes up when what it stands for
/// is changed, moved or closed, and then all that was borrowed before is over. Who changes through
/// a borrow tells its lenders, up to the root, an owner or a guard: their other borrows are over,
/// this one and those above it stay good. That is Rust's rule, kept at run time: one that changes,
/// or many that look.
///
/// The root's version goes up with every change below it. So a borrow that was good at that version
/// is good, and need not ask its lenders: a list of a million nodes can be walked by borrows.
///
/// While a guard is open, nothing that it was taken through can be changed, moved or closed.
///
/// Cost of a check: one test of a field for what is no borrow, two loads for a borrow. A change
/// through a borrow costs O(levels) up to the root, and so does the next check of each other
/// borrow. Threads: one at a time.
@InheritableMustCall("close")
public abstract class Lender implements AutoCloseable {
    static final int OPEN = 0;
    static final int BORROWED = 1;
    static final int SHARED = 2;
    static final int GUARD = 3;
    static final int SHARED_GUARD = 4;
    static final int CLOSED = 5;
    static final int MOVED = 6;
    static final int TAKEN = 7;
    static final int LEAKED = 8;

    /// One open guard, added to the state.
    private static final int GUARDED = 16;

    private static final int KIND = GUARDED - 1;

    private static final String[] ENDS = {"closed", "moved", "taken", "leaked"};

    /// Where what it owns lies. Never null.
    final Allocator allocator;

    /// One of the constants above, from [#CLOSED] on it has ended; and how many guards are open,
    /// times [#GUARDED]. One field, so that one test tells that nothing is the matter.
    int state;

    /// What was borrowed at another version is over.
    int version;

    /// How often it was changed itself: what iteration looks at. A change of an element, through a
    /// borrow, is none.
    int changes;

    /// Null if it is neither a borrow nor a guard.
    Lender lender;

    /// The lender's version that is expected.
    int lent;

    /// The first of the lenders; this, if it is an owner or a guard.
    Lender root;

    /// The root's version at which a borrow was good last.
    int seen;

    /// Where it was made and where it ended, while that is traced; else null.
    Watch watch;

    Lender(Allocator allocator) {
        this.allocator = Objects.requireNonNull(allocator, "allocator");
        this.root = this;
    }

    /// What error messages call it: its class and what it holds, as `Box<long>`.
    abstract String name();

    /// Ends what is lent with it. Does nothing the second time.
    @Override
    public abstract void close();

    /// Whether what it lends must not be changed. The counted owners, and what is lent by them.
    boolean isSharing() {
        return kind() == SHARED || kind() == SHARED_GUARD;
    }

    private int kind() {
        return state & KIND;
    }

    // ---- checks, before anything is done ----

    /// Throws unless it may be read.
    final void check() {
        if (state != OPEN) checkLoan();
    }

    /// Throws unless it may be changed.
    final void checkChange() {
        if (state != OPEN) checkSoleLoan();
    }

    /// Throws unless it may be closed or moved: a borrow must not.
    final void checkEnd(String verb) {
        if (state != OPEN) throw notTo(verb);
    }

    final boolean isEnded() {
        return kind() >= CLOSED;
    }

    // ---- what has happened ----

    /// Everything that was borrowed from here is over; to be called by whatever changes an owner.
    final void changed() {
        version++;
        changes++;
        if (state != OPEN || watch != null) changedSlow();
    }

    /// Ends it, all that was borrowed with it. Clears what the bounds tests look at.
    ///
    /// @param end one of [#CLOSED] and those after it
    final void end(int end) {
        state = end;
        version++;
        changes++;
        forget();
        if (watch != null) {
            watch.ended();
            // Or the collector could find it gone, and its watch not told yet: a leak that is none.
            Reference.reachabilityFence(this);
        }
    }

    /// Sets address and length to 0.
    abstract void forget();

    /// Keeps the words where they came from: in the slot of the lender.
    void storeBack() {}

    // ---- guards ----

    /// This begins to be a guard of `cell`.
    ///
    /// @param kind [#GUARD] or [#SHARED_GUARD]
    final void guard(Lender cell, int kind) {
        state = kind;
        lender = cell;
        lent = cell.version;
        cell.addGuards(GUARDED);
    }

    /// The guard opens what it was taken through again, and ends.
    final void unguard() {
        lender.addGuards(-GUARDED);
        end(CLOSED);
    }

    /// Up to the root: what lies above a guard is kept by that guard.
    private void addGuards(int guards) {
        state += guards;
        if (root != this) addGuards(lender, guards);
    }

    private static void addGuards(Lender from, int guards) {
        for (Lender at = from; ; at = at.lender) {
            at.state += guards;
            if (at.root == at) return;
        }
    }

    // ---- cold ----

    private void checkLoan() {
        if (isEnded()) throw ended();
        if (root != this && root.version != seen) checkLenders();
    }

    private void checkLenders() {
        for (Lender at = this; at.root != at; at = at.lender) {
            if (at.lender.version != at.lent) throw over(at.lender);
        }
        seen = root.version;
    }

    private void checkSoleLoan() {
        checkLoan();
        if (kind() == SHARED || kind() == SHARED_GUARD) {
            throw new IllegalStateException(
                    name()
                            + " is lent to be looked at, expected one that is owned, or in a"
                            + " RefCell or Mutex");
        }
        root.checkNoGuard();
    }

    /// Throws while a guard is open that was taken through this.
    final void checkNoGuard() {
        if (state >= GUARDED) {
            throw new IllegalStateException(
                    name()
                            + " has "
                            + (state / GUARDED)
                            + " open guard(s) in it, expected them to be closed first");
        }
    }

    private void changedSlow() {
        if (watch != null) watch.refresh((Owner) this);
        if (kind() != BORROWED) return;
        storeBack();
        int good = root.version + 1;
        for (Lender at = this; at.kind() == BORROWED; at = at.lender) {
            at.lent = ++at.lender.version;
            at.seen = good;
        }
    }

    private IllegalStateException notTo(String verb) {
        if (isEnded()) return ended();
        if (kind() == OPEN) checkNoGuard();
        return new IllegalStateException(name() + " is a borrow, expected an owner to be " + verb);
    }

    /// It has ended: to be thrown.
    final IllegalStateException ended() {
        return new IllegalStateException(
                name() + " is " + end() + ", expected an open one" + traced());
    }

    private IllegalStateException over(Lender by) {
        String why = by.isEnded() ? " was " + by.end() + by.traced() : " was changed";
        return new IllegalStateException(
                name() + " is a borrow that is over, expected a good one: " + by.name() + why);
    }

    private String end() {
        return ENDS[kind() - CLOSED];
    }

    private String traced() {
        return watch == null ? "" : watch.text();
    }
}
