/// Traces: what a program asked of its allocator, in order.
///
/// ```
///   file, gzip, xz, "-"        told by content
///        │
///     TraceReader ──► Trace ──► binary file ──► Trace in a forked JVM
///        .trc  .rep              (parsed once)
/// ```
package org.allod.lab.trace;
