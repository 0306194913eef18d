package org.allod.jemalloc.extent;

/// A pairing heap of extents, the oldest and lowest first: [Extent#isBefore].
///
/// ```
///    first ──► a
///              └─child─► c ◄─► b ◄─► d      a child's previous is its parent or left neighbour
///                        └─► e
/// ```
///
/// Links lie in the extents, so that nothing is allocated and any extent can leave. An extent is in
/// one heap at most.
///
/// Cost: O(1) to insert, O(log n) amortised to remove. Under its holder's lock.
///
/// Source: Fredman, Sedgewick, Sleator, Tarjan: The pairing heap, 1986.
public final class ExtentHeap {
    private Extent root;
    private int size;

    /// The first one, or null.
    public Extent first() {
        return root;
    }

    /// Number of extents in it.
    public int size() {
        return size;
    }

    /// Puts one in.
    public void add(Extent extent) {
        extent.child = extent.previous = extent.next = null;
        root = root == null ? extent : meld(root, extent);
        size++;
    }

    /// Takes one out that is in.
    public void remove(Extent extent) {
        if (extent == root) {
            root = meldAll(extent.child);
        } else {
            if (extent.previous.child == extent) extent.previous.child = extent.next;
            else extent.previous.next = extent.next;
            if (extent.next != null) extent.next.previous = extent.previous;
            Extent orphans = meldAll(extent.child);
            if (orphans != null) root = meld(root, orphans);
        }
        extent.child = extent.previous = extent.next = null;
        size--;
    }

    /// Takes the first one out, or null.
    public Extent poll() {
        Extent first = root;
        if (first != null) remove(first);
        return first;
    }

    /// Forgets all.
    public void clear() {
        root = null;
        size = 0;
    }

    /// Two roots become one.
    private static Extent meld(Extent left, Extent right) {
        if (right.isBefore(left)) return meld(right, left);
        right.previous = left;
        right.next = left.child;
        if (left.child != null) left.child.previous = right;
        left.child = right;
        left.previous = left.next = null;
        return left;
    }

    /// Neighbours in pairs from the left, then the pairs from the right.
    private static Extent meldAll(Extent firstChild) {
        Extent pairs = null;
        for (Extent at = firstChild; at != null; ) {
            Extent second = at.next;
            Extent rest = second == null ? null : second.next;
            Extent pair = second == null ? alone(at) : meld(alone(at), alone(second));
            pair.next = pairs;
            pairs = pair;
            at = rest;
        }
        Extent result = null;
        while (pairs != null) {
            Extent rest = pairs.next;
            pairs.next = null;
            result = result == null ? pairs : meld(result, pairs);
            pairs = rest;
        }
        return result;
    }

    private static Extent alone(Extent extent) {
        extent.previous = extent.next = null;
        return extent;
    }
}
