package org.allod.lab.trace;

/// A way to write a trace down. One class a format; [TraceReader] knows them all.
///
/// A format says whether a file is its own by the first bytes, and then hands each operation to a
/// [TraceBuilder]. Lines, numbers and the place of an error are [TraceText]'s business, unpacking
/// is [TraceReader]'s. Formats hold no state: one object reads many files.
interface TraceFormat {

    /// Whether the text that starts so is of this format.
    ///
    /// @param start first bytes of the unpacked file
    boolean accepts(TraceStart start);

    /// Reads all operations.
    ///
    /// @throws TraceException at the first line that is wrong
    void read(TraceText text, TraceBuilder builder);
}
