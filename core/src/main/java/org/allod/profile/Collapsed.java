package org.allod.profile;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Collapsed stacks: a line a stack, `outermost;...;innermost number`, in alphabetical order.
final class Collapsed {
    private final Map<String, Long> lines = new TreeMap<>();

    /// Adds a number to its stack's line. Stacks that differ in line numbers only share a line.
    void add(List<StackTraceElement> stack, long number) {
        if (number <= 0) return;
        StringBuilder line = new StringBuilder();
        for (StackTraceElement frame : stack.reversed()) {
            if (!line.isEmpty()) line.append(';');
            line.append(name(frame));
        }
        lines.merge(line.isEmpty() ? UNKNOWN : line.toString(), number, Long::sum);
    }

    /// What stands for a stack that is not known.
    static final String UNKNOWN = "(unknown)";

    /// `package.Class.method`.
    static String name(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (stack, number) -> text.append(stack).append(' ').append(number).append('\n'));
        return text.toString();
    }
}
