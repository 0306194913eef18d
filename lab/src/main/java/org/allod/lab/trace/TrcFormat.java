package org.allod.lab.trace;

/// Our own traces: comments, then operations; every id is allocated before it is used.
///
/// ```
/// # ops: 3                 comments, anywhere
/// 1 a 0 64 32              thread 1 allocates block 0: 64 bytes at a multiple of 32
/// 2 r 0 100
/// 1 f 0
/// ```
final class TrcFormat implements TraceFormat {

    TrcFormat() {}

    /// Anything with comments, and lines of operations.
    @Override
    public boolean accepts(TraceStart start) {
        return start.hasComment() || RepFormat.isOperation(start.firstLine());
    }

    @Override
    public void read(TraceText text, TraceBuilder builder) {
        String header = text.start().comment("ops");
        long lines = new OperationLines(text, builder, false, Long.MAX_VALUE).read();
        if (header != null && !header.equals(Long.toString(lines))) {
            builder.note("the header says " + header + " operations, the file has " + lines);
        }
    }
}
