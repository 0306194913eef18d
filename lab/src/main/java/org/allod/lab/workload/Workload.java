package org.allod.lab.workload;

/// A program that is nothing but allocations: what the threads of a [Crew] do in one round.
///
/// An object plays one run, round after round; what lives from one round to the next it keeps in
/// fields. After a round no block of it is live.
public interface Workload {

    /// As on the command line.
    String name();

    /// What it is, for a list.
    String sentence();

    /// Plays one round: the whole program with its usual parameters, or a part of the work.
    ///
    /// Called on a thread of the crew's own kind, the program's main thread. Everything it
    /// allocates it asks a [Worker] for. Loops that may be long call [Crew#proceed] now and then.
    ///
    /// @throws CorruptionException if a block does not hold what was written to it
    /// @throws org.allod.HeapExhaustedException if it cannot go on without the block it was refused
    void round(Crew crew);

    /// How long a round takes where the program goes on until somebody stops it ([Crew#isOver]).
    ///
    /// @return seconds that the original takes, or 0: a round is a fixed amount of work
    default int secondsOfRound() {
        return 0;
    }

    /// Whether it makes a difference how many threads are asked for.
    default boolean usesThreads() {
        return true;
    }
}
