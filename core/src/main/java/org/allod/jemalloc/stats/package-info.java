/// jemalloc's statistics as a tree of names: how it is shown.
///
/// ```
///   name                          value          text            JSON
///   stats.allocated               4096           a line          "stats": {"allocated": 4096,
///   stats.arenas.0.bins.4.size    64             a table's row     "arenas": {"0": {"bins": ...
/// ```
///
/// [StatsTree] knows names and values, and no arena: who fills it says what they mean.
/// [CountedLock] is what bins and pages are locked with, and puts in how often and for how long.
package org.allod.jemalloc.stats;
