package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/// Lays members side by side as C does: each at a multiple of its alignment, the whole a multiple
/// of the largest.
final class StructLayouts {
    private final List<MemoryLayout> members = new ArrayList<>();
    private long end;
    private long alignment = 1;

    /// Adds a member.
    ///
    /// @return its offset, bytes
    long add(MemoryLayout member, String name) {
        long offset = pad(member.byteAlignment());
        members.add(member.withName(name));
        end = Math.addExact(offset, member.byteSize());
        alignment = Math.max(alignment, member.byteAlignment());
        return offset;
    }

    /// All members so far.
    StructLayout layout(Class<?> named) {
        pad(alignment);
        return MemoryLayout.structLayout(members.toArray(MemoryLayout[]::new))
                .withName(named.getSimpleName());
    }

    private long pad(long to) {
        long padded = Math.addExact(end, to - 1) & -to;
        if (padded != end) members.add(MemoryLayout.paddingLayout(padded - end));
        end = padded;
        return padded;
    }
}
