/// Interleavings of what is lock-free, tried by the million: jcstress.
///
/// | test | what two threads do | must not happen |
/// |---|---|---|
/// | [ArcDrops] | each closes its `Arc` | the value dropped twice, or never |
/// | [ArcClones] | one clones and closes, one closes | a lost count |
/// | [ArcUpgrades] | one closes the last, one upgrades | an `Arc` of a dropped value |
/// | [ArcUnwraps] | one closes, one unwraps | the value gone, or there twice |
/// | [MutexCounts] | each adds under the lock | a lost addition |
/// | [MutexTries] | each tries the lock, and looks | both inside |
///
/// Each state is made in one heap under a lock, checked for frees that are none. The module's
/// README has the command.
package org.allod.bench.stress;
