package org.allod.check;

import java.util.List;

/// Who called, as text for an error message.
///
/// @param frames innermost first, those of the wrapper left out
record Stack(List<StackTraceElement> frames) {
    /// Frames kept of each stack: enough to pass a framework's layers, 1 to 2 kB a block.
    private static final int DEPTH = 24;

    private static final StackWalker WALKER = StackWalker.getInstance();

    /// The stack of the current thread.
    static Stack here() {
        return new Stack(
                WALKER.walk(frames ->
                        frames.dropWhile(Stack::isOurs)
                                .limit(DEPTH)
                                .map(StackWalker.StackFrame::toStackTraceElement)
                                .toList()));
    }

    private static boolean isOurs(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.equals(Stack.class.getName())
                || name.equals(CheckedAllocator.class.getName())
                || name.equals(CheckedMalloc.class.getName());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : frames) text.append("\n    at ").append(frame);
        return text.toString();
    }
}
