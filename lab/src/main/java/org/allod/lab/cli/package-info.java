/// The command line: one class a command, exit codes 0 (fine), 2 (usage), 1 (failed).
///
/// ```
///   arguments ──► Main ──► picocli ──► a command ──► 0
///                            │            │
///                    converters refuse   throws
///                            │            │
///                            ▼            ▼
///                        ErrorLines: one line on standard error, 2 or 1
/// ```
///
/// A command parses nothing and prints no error. Converters turn words into sizes, alignments,
/// allocators' names and [org.allod.lab.trace.TraceSource]s, and refuse what they cannot, before
/// anything has run: exit 2. What goes wrong later is thrown, and [ErrorLines] knows which
/// exceptions a user can cause: exit 1. Anything else is a defect of ours, with its stack.
///
/// Results go to the command line's own writer, so tests run commands as [Main#run] and read what
/// they print. Standard output knows a reader that left from a full disk ([StandardStream]);
/// [Progress] is for eyes and says nothing in a pipe.
///
/// To add a command: a class with `@Command`, its name in the list of [Main].
package org.allod.lab.cli;
