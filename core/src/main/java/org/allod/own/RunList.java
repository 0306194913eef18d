package org.allod.own;

import java.util.AbstractList;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Predicate;

/// A [Run], or a range of it, as a list of the JDK's.
///
/// The list of all of it sees whatever happens to the run. A sublist knows the changes of the run
/// that it goes with; its own changes tell it, and the lists it was made from, the new one.
///
/// @param <T> of the elements
final class RunList<T> extends AbstractList<T> implements RandomAccess {
    private final Run<T> run;

    /// Null: the list of all of it.
    private final RunList<T> parent;

    private final int from;
    private int size;
    private int expected;

    RunList(Run<T> run) {
        this(run, null, 0, 0);
    }

    private RunList(Run<T> run, RunList<T> parent, int from, int size) {
        this.run = run;
        this.parent = parent;
        this.from = from;
        this.size = size;
        this.expected = run.changes;
    }

    // ---- versions ----

    private void check() {
        run.check();
        if (parent != null && run.changes != expected) throw new ConcurrentModificationException();
    }

    /// This list has changed the run, by so many elements.
    private void changed(int more) {
        for (RunList<T> list = this; list.parent != null; list = list.parent) {
            list.size += more;
            list.expected = run.changes;
        }
    }

    // ---- elements ----

    @Override
    public int size() {
        check();
        return parent != null ? size : (int) Math.min(run.length, Integer.MAX_VALUE);
    }

    @Override
    public T get(int index) {
        return run.read(from + Objects.checkIndex(index, size()));
    }

    @Override
    public T set(int index, T value) {
        T old = run.replaceValue(from + Objects.checkIndex(index, size()), value);
        changed(0);
        return old;
    }

    @Override
    public void add(int index, T value) {
        if (index != size()) Objects.checkIndex(index, size());
        run.insertValue(from + index, value);
        changed(1);
    }

    @Override
    public T remove(int index) {
        T old = run.removeValue(from + Objects.checkIndex(index, size()));
        changed(-1);
        return old;
    }

    @Override
    public void clear() {
        removeRange(0, size());
    }

    /// Drops a range.
    @Override
    protected void removeRange(int start, int end) {
        check();
        run.removeRange(from + start, from + end);
        changed(start - end);
    }

    private void assign(int index, T value) {
        check();
        run.assign(from + index, value);
        changed(0);
    }

    @Override
    public boolean removeIf(Predicate<? super T> refuse) {
        Objects.requireNonNull(refuse, "refuse");
        if (parent != null) return super.removeIf(refuse);
        long before = run.size();
        run.retain(value -> !refuse.test(value));
        return run.size() < before;
    }

    @Override
    public void sort(Comparator<? super T> order) {
        check();
        run.sortRange(from, from + size(), order);
        changed(0);
    }

    @Override
    public List<T> subList(int start, int end) {
        Objects.checkFromToIndex(start, end, size());
        return new RunList<>(run, this, from + start, end - start);
    }

    @Override
    public Iterator<T> iterator() {
        return listIterator(0);
    }

    @Override
    public ListIterator<T> listIterator(int index) {
        if (index != size()) Objects.checkIndex(index, size());
        return new Cursor(index);
    }

    /// Between two elements.
    private final class Cursor implements ListIterator<T> {
        private int next;
        private int last = -1;
        private int at = run.changes;

        Cursor(int next) {
            this.next = next;
        }

        private void checkVersion() {
            run.check();
            if (run.changes != at) throw new ConcurrentModificationException();
        }

        @Override
        public boolean hasNext() {
            return next < size();
        }

        @Override
        public T next() {
            checkVersion();
            if (!hasNext()) throw new NoSuchElementException();
            last = next++;
            return get(last);
        }

        @Override
        public boolean hasPrevious() {
            return next > 0;
        }

        @Override
        public T previous() {
            checkVersion();
            if (!hasPrevious()) throw new NoSuchElementException();
            last = --next;
            return get(last);
        }

        @Override
        public int nextIndex() {
            return next;
        }

        @Override
        public int previousIndex() {
            return next - 1;
        }

        @Override
        public void remove() {
            checkLast();
            removeRange(last, last + 1);
            next = last;
            last = -1;
            at = run.changes;
        }

        @Override
        public void set(T value) {
            checkLast();
            assign(last, value);
            at = run.changes;
        }

        @Override
        public void add(T value) {
            checkVersion();
            RunList.this.add(next++, value);
            last = -1;
            at = run.changes;
        }

        private void checkLast() {
            checkVersion();
            if (last < 0) throw new IllegalStateException("no element, expected one from next()");
        }
    }
}
