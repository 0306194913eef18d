package org.allod.jemalloc;

import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.LiveMap;
import org.allod.jemalloc.extent.Space;

/// Checks every invariant. Needs quiet.
final class JeVerifier {
    private final JeRequests requests;
    private final Space space;
    private final LiveMap live;
    private final JeWalk walk;

    JeVerifier(JeRequests requests) {
        this.requests = requests;
        this.space = requests.space;
        this.live = space.live();
        this.walk = new JeWalk(requests);
    }

    void verify() {
        walk.walk((address, bytes, kind) -> {
            switch (kind) {
                case USED -> {
                    if (live.kind(address) == 0) throw JeFault.at(address, "je.I5: used, not live");
                }
                case CACHED -> {
                    if (live.kind(address) != 0) throw JeFault.at(address, "je.I5: cached, live");
                }
                case FREE, OVERHEAD -> {}
            }
        });
    }
}
