/// Races between two threads, tried millions of times by jcstress: every outcome is counted, and
/// one that must not be fails the build.
///
/// ```
/// mvn -Pjcstress -pl core,jcstress verify -DskipTests                          a few minutes
/// mvn -Pjcstress -pl core,jcstress verify -DskipTests -Djcstress.mode=default  a long while
/// ```
///
/// What is tried: [StripeRace], one thread at a time in a stripe and nothing lost from one to the
/// next; [AddSharedRace], one cache for a stripe; [CloseRace], none after a close; [TakeDeadRace],
/// a dead thread's cache goes to one, with all that was written.
///
/// Of the owners: [ArcCloseRace], a value dropped once; [ArcCloneRace], no count lost;
/// [ArcUpgradeRace], no owner of what is dropped; [ArcUnwrapRace], one value for one; [MutexRace],
/// nothing lost under the lock; [TryLockRace], one at a time.
package org.allod.jcstress;
