package org.allod.lab.cli;

import java.io.Console;
import java.io.PrintWriter;

/// One line on the terminal that says what long work is at; nothing in a pipe. Any thread, locks.
public final class Progress {
    /// Back to the line's start, and clear it. Source: ECMA-48, EL.
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter terminal;
    private boolean shown;

    private Progress(PrintWriter terminal) {
        this.terminal = terminal;
    }

    /// Shows nothing.
    public static Progress silent() {
        return new Progress(null);
    }

    /// Shows on `err` if input and output are a terminal, else nothing.
    static Progress onTerminal(PrintWriter err) {
        Console console = System.console();
        boolean looking = console != null && console.isTerminal();
        return looking && !"dumb".equals(System.getenv("TERM")) ? new Progress(err) : silent();
    }

    /// Replaces the line.
    ///
    /// @param line what is being done, short
    public synchronized void show(String line) {
        if (terminal == null) return;
        terminal.print(CLEAR + line);
        terminal.flush();
        shown = true;
    }

    /// Takes the line away; before anything else is printed.
    public synchronized void clear() {
        if (!shown) return;
        terminal.print(CLEAR);
        terminal.flush();
        shown = false;
    }
}
