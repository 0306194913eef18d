package org.allod.lab.trace;

import java.util.regex.Pattern;

/// Malloc-lab's traces, from 2002, from 2016 on, and without a header.
///
/// ```
/// 2002              2016 on
/// 20000000          1                 a heap's size | weight, 0 to 3
/// 2848              2848              number of ids (not to be trusted: nobody needs it)
/// 4805              4805              number of operations
/// 1                 1131072           weight, 0 or 1 | largest sum of live sizes, bytes
/// a 0 2040          a 0 2040
/// ```
/// The fourth number tells the two apart. `r` of an id that is not live allocates it, since real
/// files do so; the file ends after its number of operations, or earlier.
final class RepFormat implements TraceFormat {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern OPERATION = Pattern.compile("(\\d+\\s+)?[arf]\\s.*");
    private static final Pattern REP_NAME = Pattern.compile(".*\\.rep(\\.gz|\\.xz)?");

    RepFormat() {}

    /// A lone number first; or operations without any comment or thread, where the name has to
    /// decide between our strict form and this one.
    @Override
    public boolean accepts(TraceStart start) {
        String first = start.firstLine();
        if (NUMBER.matcher(first).matches()) return true;
        return REP_NAME.matcher(start.source()).matches()
                && !start.hasComment()
                && first.matches("[arf]\\s.*");
    }

    @Override
    public void read(TraceText text, TraceBuilder builder) {
        int c = text.nextLine();
        if (c < '0' || c > '9') {
            new OperationLines(text, builder, true, Long.MAX_VALUE).read();
            return;
        }
        long first = headerLine(text, "a heap's size or a weight");
        headerLine(text, "the number of ids");
        long operations = headerLine(text, "the number of operations");
        long fourth = headerLine(text, "a weight or the largest sum of live sizes");
        long lines = new OperationLines(text, builder, true, operations).read();
        if (lines < operations) {
            builder.note("the header says " + operations + " operations, the file has " + lines);
        } else if (text.nextLine() >= 0) {
            builder.note(
                    "the header says %d operations, what follows from line %d on is not read"
                            .formatted(operations, text.line()));
        }
        boolean recent = fourth > 1 && first <= 3;
        if (recent && fourth != builder.peakBytes()) {
            builder.note(
                    "the header says at most %d bytes are live, the operations say %d"
                            .formatted(fourth, builder.peakBytes()));
        }
    }

    /// Whether the line is an operation of either format.
    static boolean isOperation(String line) {
        return OPERATION.matcher(line).matches();
    }

    private static long headerLine(TraceText text, String what) {
        text.nextLine();
        long number = text.number(what);
        text.endLine();
        return number;
    }
}
