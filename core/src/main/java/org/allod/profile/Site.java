package org.allod.profile;

import java.util.List;

/// An allocation site and what was counted there. Under its profiler's lock.
///
/// - **profile.I1** `samplesLive` is the number of live sampled blocks whose site this is; where it
///   is 0, so are `objectsLive` and `bytesLive`.
final class Site {
    /// Innermost frame first.
    final List<StackTraceElement> stack;

    double objects;
    double bytes;
    long samplesLive;
    double objectsLive;
    double bytesLive;

    Site(List<StackTraceElement> stack) {
        this.stack = stack;
    }

    void allocated(SampledBlock block) {
        objects += block.weight();
        bytes += block.weight() * block.bytes();
        samplesLive++;
        objectsLive += block.weight();
        bytesLive += block.weight() * block.bytes();
    }

    void freed(SampledBlock block) {
        objectsLive -= block.weight();
        bytesLive -= block.weight() * block.bytes();
        if (--samplesLive > 0) return;
        objectsLive = 0;
        bytesLive = 0;
    }
}
