/// Traces: what a program asked of its allocator, in order.
///
/// ```
///   argument            TraceSource   a file, "-", or a bundled name
///      │
///   bytes               TraceReader   plain, gzip or xz; which format: both told by content
///      │
///   lines               TraceFormat   TrcFormat, RepFormat: one class a format
///      │                  TraceText   words, numbers, and where we are when something is wrong
///   operations         TraceBuilder   ids become slots
///      │
///   Trace ──► BinaryTrace ──► a file ──► BinaryTrace ──► Trace in a forked JVM
///      │
///   TraceSummary                      what is in it, for people
/// ```
///
/// 1. [TraceSource#of] refuses what names nothing, before any work is done.
/// 2. [TraceReader] looks at the first bytes, unpacks, and asks each [TraceFormat] in turn.
/// 3. The format hands each operation to a [TraceBuilder], which knows what is live, and reports
///    the line where it is not.
/// 4. The [Trace] that comes out is right: each `r` and `f` names a live slot. Nobody checks again.
///
/// Costs: a byte is looked at twice, no line becomes a string; two million operations take about
/// 0.15 s plain, 0.45 s from xz, once compiled, and 21 to 33 bytes each as a binary file.
///
/// To add a format: a class that implements [TraceFormat], its name in the list of [TraceReader].
/// One that is keyed by addresses sees [TraceBuilder#allocate] answer false where a free was
/// missed.
package org.allod.lab.trace;
