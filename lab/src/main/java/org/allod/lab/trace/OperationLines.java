package org.allod.lab.trace;

/// Lines of `a`, `r` and `f`, which our own files and malloc-lab's have in common.
///
/// ```
///   [tid ]a id size[ alignment]
///   [tid ]r id size
///   [tid ]f id                     f -1 is C's free(NULL): skipped, counted
/// ```
/// The thread's column stands on every line or on none. Owner thread only.
final class OperationLines {
    private static final String OPERATION = "a, r or f";

    private final TraceText text;
    private final TraceBuilder builder;
    private final boolean unknownReallocates;
    private final long most;
    private long lines;
    private long nullFrees;
    private long unknownReallocations;
    private boolean threadColumn;

    /// @param unknownReallocates whether `r` of an id that is not live allocates it
    /// @param most lines that count; what follows is not read
    OperationLines(TraceText text, TraceBuilder builder, boolean unknownReallocates, long most) {
        this.text = text;
        this.builder = builder;
        this.unknownReallocates = unknownReallocates;
        this.most = most;
    }

    /// Reads up to the end, or up to the last line that counts.
    ///
    /// @return operation lines that were read, skipped ones included
    long read() {
        for (int c = text.nextLine(); c >= 0 && lines < most; c = text.nextLine()) {
            readLine(c);
            lines++;
        }
        if (nullFrees > 0) builder.note(count(nullFrees, "free of NULL (f -1)", " skipped"));
        if (unknownReallocations > 0) {
            builder.note(count(unknownReallocations, "r of an unknown id", " taken as a"));
        }
        return lines;
    }

    private void readLine(int first) {
        boolean threaded = first >= '0' && first <= '9';
        if (lines == 0) {
            threadColumn = threaded;
        } else if (threaded != threadColumn) {
            throw columns();
        }
        long thread = threaded ? text.number("a thread's number") : 0;
        text.peekWord();
        switch (text.peek()) {
            case 'a' -> allocate(thread);
            case 'r' -> reallocate(thread);
            case 'f' -> free(thread);
            default -> throw text.expected(OPERATION);
        }
        text.endLine();
    }

    private void allocate(long thread) {
        takeOperation();
        long id = text.number("an id");
        long size = text.number("a size in bytes");
        long alignment = text.atLineEnd() ? 0 : alignment();
        if (!builder.allocate(thread, id, size, alignment)) {
            throw text.at("a " + id + ": id " + id + " is live already, expected a free one");
        }
    }

    private long alignment() {
        long alignment = text.number("an alignment or the end of the line");
        if (Long.bitCount(alignment) != 1) {
            throw text.at("alignment " + alignment + ", expected a power of two");
        }
        return alignment;
    }

    private void reallocate(long thread) {
        takeOperation();
        long id = text.number("an id");
        long size = text.number("a size in bytes");
        if (builder.reallocate(thread, id, size)) return;
        if (!unknownReallocates) throw notLive("r", id);
        builder.allocate(thread, id, size, 0);
        unknownReallocations++;
    }

    private void free(long thread) {
        takeOperation();
        if (text.peekWord() == '-') {
            text.next();
            if (text.number("-1 or an id") != 1)
                throw text.at("a negative id, expected -1 or an id");
            nullFrees++;
            return;
        }
        long id = text.number("an id");
        if (!builder.free(thread, id)) throw notLive("f", id);
    }

    /// Takes the letter; a space must follow.
    private void takeOperation() {
        int operation = text.next();
        int c = text.peek();
        if (c != ' ' && c != '\t') throw unknownOperation((char) operation);
    }

    // ---- cold ----

    private TraceException unknownOperation(char operation) {
        if (text.atLineEnd()) return text.at(operation + " alone, expected an id after it");
        return text.at("a word that starts with " + operation + ", expected " + OPERATION);
    }

    private TraceException notLive(String operation, long id) {
        String why = builder.wasFreed(id) ? " was freed before" : " was never allocated";
        return text.at(
                operation + " " + id + ": id " + id + why + ", expected the id of a live block");
    }

    private TraceException columns() {
        return text.at(
                threadColumn
                        ? "no thread's number, expected one on every line as on the first"
                        : "a number first, expected a, r or f: the first line names no thread");
    }

    private static String count(long n, String one, String done) {
        return n + " x " + one + done;
    }
}
