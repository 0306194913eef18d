package org.allod.lab.workload;

/// When a run has played enough: exactly one of seconds, rounds and operations counts.
///
/// @param seconds that rounds are repeated for, from 1 on, or 0
/// @param rounds from 1 on, or 0
/// @param operations that rounds are repeated for, from 1 on, or 0
/// @param warmupSeconds that rounds are played before the first that counts, from 0 on
public record WorkloadLength(int seconds, int rounds, long operations, int warmupSeconds) {
    private static final long NANOS = 1_000_000_000;

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if one is out of range, or not exactly one counts
    public WorkloadLength {
        if (seconds < 0) throw bad("seconds", seconds, "at least 1");
        if (rounds < 0) throw bad("rounds", rounds, "at least 1");
        if (operations < 0) throw bad("operations", operations, "at least 1");
        if (warmupSeconds < 0) throw bad("warmup", warmupSeconds, "at least 0");
        int given = (seconds > 0 ? 1 : 0) + (rounds > 0 ? 1 : 0) + (operations > 0 ? 1 : 0);
        if (given != 1) {
            throw bad(
                    "seconds",
                    seconds,
                    "seconds, rounds or operations, and rounds="
                            + rounds
                            + ", operations="
                            + operations);
        }
    }

    /// So many rounds, and nothing before them.
    public static WorkloadLength ofRounds(int rounds) {
        return new WorkloadLength(0, rounds, 0, 0);
    }

    /// How long a round takes of a program that goes on until it is stopped.
    ///
    /// @param usual seconds that the original takes
    int secondsOfRound(int usual) {
        return seconds > 0 ? seconds : usual;
    }

    /// Whether the rounds before the first that counts are over.
    boolean isWarm(long nanos) {
        return nanos >= warmupSeconds * NANOS;
    }

    /// Whether what was played is enough.
    boolean isReached(int roundsPlayed, long nanos, long operationsDone) {
        if (rounds > 0) return roundsPlayed >= rounds;
        if (operations > 0) return operationsDone >= operations;
        return nanos >= seconds * NANOS;
    }

    /// For people: what counts.
    @Override
    public String toString() {
        String much =
                rounds > 0
                        ? rounds + (rounds == 1 ? " round" : " rounds")
                        : operations > 0 ? operations + " operations" : seconds + " s";
        return warmupSeconds == 0 ? much : much + " after " + warmupSeconds + " s of warm-up";
    }

    private static IllegalArgumentException bad(String name, long value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
