package org.allod.lab.cli;

/// The launcher's entry: reads the command, answers with an exit code.
public final class Main {
    private Main() {}

    /// Runs one command.
    ///
    /// @param args the command and its options
    public static void main(String[] args) {
        System.out.println("Usage: allod list | compare | replay | info | workload");
    }
}
