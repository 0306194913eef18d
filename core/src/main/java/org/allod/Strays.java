package org.allod;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Blocks of one allocator whose owners were collected without having been closed.
///
/// ```
///   Cleaner's thread                  a thread that may use the allocator
///        │ add                               │ drain
///        ▼                                   ▼
///   head ──► node ──► node ──► node     deallocate, one by one
///            address, size, alignment
/// ```
///
/// The collector's thread must not free: the allocator may be another thread's, or under a lock. So
/// it adds the block here, and the next thread that passes by on a slow path drains the list, as
/// `Heap.trim()` and `Heap.close()` do.
///
/// A stray is one node of 40 bytes of Java heap. The list holds its allocator weakly, and is found
/// by it: a heap lives no longer than its users. What an owner leaves behind for the Cleaner must
/// hold the list, not the allocator.
///
/// **After the end.** Once the allocator is closed its memory is gone, strays included: [#drain]
/// notices and forgets them, and so it does with all that are added later. The same where the
/// allocator itself was collected.
///
/// Threads: any, lock-free; [#drain] for those that may use the allocator.
public final class Strays {
    private static final Map<Key, Strays> ALL = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Allocator> COLLECTED = new ReferenceQueue<>();
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(Strays.class, "head", Node.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// The head of a list that takes no more.
    private static final Node CLOSED = new Node(Allocator.NULL, 0, 1, null);

    private final Key key;
    private volatile Node head;

    private Strays(Key key) {
        this.key = key;
    }

    /// The list of `allocator`, always the same one for the same object. A hash look-up: keep it.
    public static Strays of(Allocator allocator) {
        Objects.requireNonNull(allocator, "allocator");
        forgetCollected();
        Strays known = ALL.get(new Key(allocator, null));
        return known != null
                ? known
                : ALL.computeIfAbsent(new Key(allocator, COLLECTED), Strays::new);
    }

    /// Adds a live block that nobody else will free. Nothing is freed here.
    ///
    /// @param address of a live block of the allocator; [Allocator#NULL] does nothing
    /// @param size as for [Allocator#deallocate]
    /// @param alignment as for [Allocator#deallocate]
    public void add(long address, long size, long alignment) {
        if (address == Allocator.NULL) return;
        Node node = new Node(address, size, alignment, null);
        pushAll(node, node);
    }

    /// Adds many blocks at once, as one stray.
    ///
    /// @param freeAll frees them; called at most once, by the thread that drains. It must not hold
    ///     the allocator, but gets it
    public void add(Consumer<? super Allocator> freeAll) {
        Node node = new Node(Allocator.NULL, 0, 1, Objects.requireNonNull(freeAll, "freeAll"));
        pushAll(node, node);
    }

    /// Whether there is nothing to drain: one plain read, which may miss what is being added.
    public boolean isEmpty() {
        Node first = (Node) HEAD.getOpaque(this);
        return first == null || first == CLOSED;
    }

    /// Strays that wait now.
    public long count() {
        return countOf(head);
    }

    /// Frees all of them. For a thread that may use the allocator.
    ///
    /// @return how many strays were freed
    /// @throws CorruptHeapError what the allocator says of a block; the others wait on
    public long drain() {
        return isEmpty() ? 0 : drainAll();
    }

    /// Forgets all, and those to come: for who closes the allocator. Twice is once.
    public void close() {
        HEAD.setVolatile(this, CLOSED);
    }

    // ---- cold ----

    private long drainAll() {
        Node first;
        do {
            first = head;
            if (first == null || first == CLOSED) return 0;
        } while (!HEAD.compareAndSet(this, first, (Node) null));
        Allocator allocator = key.get();
        if (allocator == null) {
            close();
            return 0;
        }
        return freeAll(first, allocator);
    }

    private long freeAll(Node first, Allocator allocator) {
        Node node = first;
        long freed = 0;
        try {
            while (node != null) {
                Node next = node.next;
                Node each = node;
                node = next;
                each.free(allocator);
                freed++;
            }
        } catch (IllegalStateException closed) {
            close();
        } catch (Throwable thrown) {
            if (node != null) pushAll(node, lastOf(node));
            throw thrown;
        }
        return freed;
    }

    private void pushAll(Node first, Node last) {
        Node next;
        do {
            next = head;
            if (next == CLOSED) return;
            last.next = next;
        } while (!HEAD.compareAndSet(this, next, first));
    }

    private static Node lastOf(Node node) {
        while (node.next != null) node = node.next;
        return node;
    }

    private static long countOf(Node node) {
        long count = 0;
        for (; node != null && node != CLOSED; node = node.next) count++;
        return count;
    }

    private static void forgetCollected() {
        for (Object gone; (gone = COLLECTED.poll()) != null; ) ALL.remove(gone);
    }

    /// Lists that are kept now, for tests.
    static int lists() {
        forgetCollected();
        return ALL.size();
    }

    private static final class Node {
        private final long address;
        private final long size;
        private final int alignmentLog2;
        private final Consumer<? super Allocator> freeAll;
        private Node next;

        /// @param freeAll null for a block
        Node(long address, long size, long alignment, Consumer<? super Allocator> freeAll) {
            this.address = address;
            this.size = size;
            this.alignmentLog2 = Long.numberOfTrailingZeros(alignment);
            this.freeAll = freeAll;
        }

        void free(Allocator allocator) {
            if (freeAll != null) freeAll.accept(allocator);
            else allocator.deallocate(address, size, 1L << alignmentLog2);
        }
    }

    /// An allocator by identity, held weakly.
    private static final class Key extends WeakReference<Allocator> {
        private final int hash;

        Key(Allocator allocator, ReferenceQueue<Allocator> collected) {
            super(allocator, collected);
            this.hash = System.identityHashCode(allocator);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) return true;
            Allocator mine = get();
            return mine != null && other instanceof Key key && mine == key.get();
        }
    }
}
