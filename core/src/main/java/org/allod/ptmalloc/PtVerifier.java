package org.allod.ptmalloc;

/// Checks the invariants of the package's page.
final class PtVerifier {
    private final PtRequests requests;

    PtVerifier(PtRequests requests) {
        this.requests = requests;
    }

    void verify() {}
}
