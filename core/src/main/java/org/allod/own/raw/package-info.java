/// Trees and hash tables of raw entries: sizes known, types not.
///
/// The idea: where an entry lies, and what moves when one comes or goes, depends on nothing but the
/// sizes of keys and values. So it is written once, for every key and every value, and the owners
/// above bring what does depend on types: how keys are compared and hashed, what is dropped.
///
/// ```
///   BTreeMap<K, V>    LongBTreeMap         HashMap<K, V>    LongHashMap
///         └───── Tree ─────┘                    └───── Table ─────┘
///                  │  compares, drops                   │  hashes, compares, drops
///                  ▼                                    ▼
///               RawTree ── TreeSplit                 RawTable
///                  │           │                        │
///                  └ TreeShape ┘  the bits of a node    │
///                                     ▼                 ▼
///                                    Allocator
/// ```
///
/// **One insertion into a tree.** 1. A search (here for longs, else with a [Probe]) goes down from
/// the root, one node a level, and ends at an edge of a leaf: after which entry the key belongs. 2.
/// `open` makes room there: entries behind the edge move up by one. 3. Where the leaf is full,
/// `TreeSplit` first takes a node for each full one on the way up, or none at all; then it splits
/// from the top down. 4. The caller writes key and value.
///
/// **One removal.** The entry's place is closed; one from an inner node is replaced by the one
/// before it, which is in a leaf. A node less than half full gets an entry from a sibling, or they
/// merge. A walk goes on: the edge where the entry was is followed through all of that.
///
/// **One look-up in a table.** The mark of the key, multiplied, says its home; from there on slots
/// are looked at until one has that mark (an owner then compares keys) or is free.
///
/// **Costs**, of 8 B keys and values: a tree 26 B an entry with random input and 18 B with sorted
/// one; a table 21 to 43 B. Worst waste: of a tree half of each node, of a table five eighths.
///
/// **Invariants** are listed at [RawTree] and [RawTable], and checked by their `verify`.
///
/// Sources: at the classes. **Reading order**: `TreeShape`, [RawTree], `TreeSplit`, [RawTable].
package org.allod.own.raw;
