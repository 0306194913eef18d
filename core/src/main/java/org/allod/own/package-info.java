/// Owners: memory that is freed the moment its owner is done, and says so when it is not.
///
/// ```java
/// try (Box<Point> home = Box.of(allocator, Type.of(Point.class), new Point(1, 2))) {
///     home.set(new Point(3, 4));
/// }                                             // freed here
/// ```
///
/// **The idea.** Rust's owners without Rust's compiler. A value has one owner; closing the owner
/// drops the value and all that it owns; an owner can be *moved*, and what is lent is a *borrow*,
/// which ends when its owner is changed. What the compiler proves in Rust is tested here at each
/// call, and an error is an exception in the line that is wrong, never a crash later.
///
/// ```
///   Java heap: handles                     off heap: blocks of an Allocator
///   Vec<Text>                              block of the Vec
///   │ allocator │ address │ length 2 │──►  │ Text 24 B │ Text 24 B │ room │
///                                             │            └──► │ bytes "..." │
///   Text, a borrow of vec.get(0)              └───────────────► │ bytes "..." │
///   │ lender vec, version 7 │ the same words │
/// ```
///
/// **Handle and words.** An owner is a *handle*, a Java object, with some *words*: address, length,
/// capacity. In a container only the words lie inline, 8 B for a [Box], 24 B for a `Text`: moving
/// an owner in copies its words and ends its handle; taking it out makes a handle of its words. No
/// word points into the container, so that a container moves its elements as bytes.
///
/// **Types.** A [Type] says how a value lies in memory. It needs no allocator: an owner inline has
/// that of its container, and so has all that it owns.
///
/// **What an operation does**, in this order, so that a failure leaves all as it was:
/// 1. `check()`, or `checkChange()` where it changes anything: open, a good borrow, not shared?
/// 2. Its own arguments: indexes (a bounds test against `length`, which is 0 once ended).
/// 3. `type.check(this, value)` of each value that is to be moved in: null, ended, a borrow, of
///    another allocator?
/// 4. Memory: grow. No room is [org.allod.HeapExhaustedException], and nothing has changed.
/// 5. `type.write` moves the values in: it cannot fail. Then length and so on.
/// 6. `changed()`: all borrows are over; a borrow writes its words back to its slot.
/// 7. What was replaced is dropped last, when everything is in order again.
///
/// Values that own nothing are copied, so for them nothing can be borrowed, and neither `changed`
/// nor a drop is needed where only such a value is set.
///
/// **Invariants.**
/// - **own.I1** An open owner's words are in one place: its handle, or the slot of one container.
/// - **own.I2** A handle that has ended has address and length 0; no call gets past them.
/// - **own.I3** A borrow's words are those in its slot, as long as its lender's version is the one
///   it was lent at.
/// - **own.I4** Of all borrows of one lender, only the one that changed last, and those it was lent
///   through, are good.
/// - **own.I5** What is dropped was unlinked before: an error while dropping loses memory at worst,
///   and never frees twice.
///
/// **Primitives.** Where T is int, long or double there is a class of its own beside the general
/// one, named as the streams of the JDK are: `LongBox`, `LongVec`. No box, no type to ask.
///
/// **Collections.** [Vec], [VecDeque] and [Text] own one block with room to grow ([Room]);
/// [BTreeMap] and [HashMap] own nodes or slots. Trees and tables of raw bytes are in
/// `org.allod.own.raw`: they know sizes, the owners know types. Each has a *view*, a `List`, `Map`
/// or `NavigableMap` of the JDK's, which sees and makes each change, and fails fast by the count of
/// its owner's own changes: an element may be changed, by its borrow, while it is iterated.
///
/// **Guards.** What an `Rc` lends can be changed in a `Cell` or `RefCell` only, what an `Arc` lends
/// in a `Mutex`: two handles of one block would have old words of each other's otherwise. A guard
/// holds what it was taken through: that cannot be changed, moved or closed before the guard is.
///
/// **Leaks.** An owner that is watched ([Tracing]) and is collected open is told by the line that
/// made it; its blocks, with all that it owns, go to the list of strays, and from there back to the
/// allocator, by a thread that may. [Tracing#live] tells who is open now, `Heap.close()` who was.
///
/// **Static checkers** see more before the program runs: the Checker Framework's Resource Leak
/// Checker knows who must close, what is moved in and what is only lent; Error Prone reports an
/// owner that nobody takes ([CheckReturnValue]).
///
/// **Null.** Refused everywhere ([NullPointerException]), but for the values of [Type#nullable].
/// Answered by `upgrade`, `tryLock` and the like, where there is nothing: `try` takes null.
///
/// **Threads.** One at a time a handle; an `Arc` is for several by a handle each. An `Arc` refuses
/// what several threads must not look at: `Threads`, Rust's `Send` and `Sync`.
///
/// **Reading order.** [Owner] (the rules), [Box], [Lender] (borrows), [Type], `OwnerType`,
/// `RecordClass` (accessors in bytecode), `Drops` (long chains without deep stacks), [Rc] and
/// `Counts`, [RefCell], [Mutex] and `MutexWord`, [Tracing] and `Watch`; then the collections.
///
/// Source: Rust's `std::boxed`, `std::rc`, `std::cell`, `std::sync`; the rule of borrows is that of
/// Stacked Borrows (Jung et al., POPL 2020), with one counter instead of a stack.
package org.allod.own;
