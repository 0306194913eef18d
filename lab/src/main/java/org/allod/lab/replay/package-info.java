/// The replay: a trace, once compiled into a plan, played against an allocator.
///
/// ```
///   Trace ──► Plan ──► Part, Part, ...     one a thread; segments of a few hundred operations
///                        │
///                      Player ◄── Allocator (Contender: one of ours, or a C library's malloc)
///              ┌─────────┼──────────────┐
///            Stage   CheckedPass     Placements
///              │         │
///            Timing   Sampler, HeapMapper, WalkCheck
///              └────┬────┘
///               RunOutcome ◄── Fork: a JVM for one trace and one allocator
///                   │
///               Forks, Tournament: many of them in turn ──► Comparison
/// ```
///
/// Read [Part] first, then [Player]: they are the timed loop. Everything else is off the clock.
package org.allod.lab.replay;
