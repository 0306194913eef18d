package org.allod.bucket;

/// Which of the free pieces that are large enough is taken.
public enum Fit {
    /// The lowest: a walk over the bucket's list from the first free piece. Keeps blocks low, and
    /// is slow where many pieces are free.
    FIRST,
    /// The smallest, or nearly so: a look into the bins. What one wants.
    BEST
}
