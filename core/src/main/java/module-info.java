/// Allod: heaps outside the garbage-collected one, in pure Java.
///
/// Start at {@link org.allod.heap.Heap} to use one, at {@link org.allod.Allocator} to understand
/// one, at the page of an allocator's package to learn how that one works.
module org.allod {
    requires static org.checkerframework.checker.qual;

    exports org.allod;
    exports org.allod.buddy;
    exports org.allod.simplebuddy;
    exports org.allod.liballoc;
    exports org.allod.bucket;
    exports org.allod.dlmalloc;
    exports org.allod.nedmalloc;
    exports org.allod.ptmalloc;
    exports org.allod.tcmalloc;
    exports org.allod.ffm;
    exports org.allod.jemalloc;
    exports org.allod.hoard;
    exports org.allod.check;
    exports org.allod.own;
    exports org.allod.heap;
    exports org.allod.profile;
    exports org.allod.memory to
            org.allod.lab,
            org.allod.bench;
}
