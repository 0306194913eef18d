package org.allod.parts;

/// What the map of a grid says of a unit, in a byte.
///
/// ```
///    7   6   5 .. 0
///  │ U │ F │ order │     U: first unit of a used block, F: of a free one, 0: inside of a block
/// ```
final class BuddyTag {
    private static final int USED = 0x80;
    private static final int FREE = 0x40;

    private BuddyTag() {}

    static byte used(int order) {
        return (byte) (USED | order);
    }

    static byte free(int order) {
        return (byte) (FREE | order);
    }

    static boolean isFree(int tag) {
        return (tag & FREE) != 0;
    }

    static int order(int tag) {
        return tag & FREE - 1;
    }
}
