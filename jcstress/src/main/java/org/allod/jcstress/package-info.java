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
package org.allod.jcstress;
