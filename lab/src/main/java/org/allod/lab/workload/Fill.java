package org.allod.lab.workload;

import org.allod.memory.Memory;

/// C's memset, without garbage at any size: [Memory#fill] may make a segment for a long run.
final class Fill {
    private static final int RUN_BYTES = 512;

    private Fill() {}

    /// Sets `bytes` bytes from `block` on to `value`.
    static void bytes(long block, int bytes, byte value) {
        int done = 0;
        for (; done + RUN_BYTES < bytes; done += RUN_BYTES) {
            Memory.fill(block + done, RUN_BYTES, value);
        }
        Memory.fill(block + done, bytes - done, value);
    }
}
