/// The lab: recorded allocations replayed through every allocator, and what happened.
///
/// An application: it exports nothing. Picocli reads the command classes by reflection.
module org.allod.lab {
    requires HdrHistogram;
    requires info.picocli;
    requires jdk.management; // the tests ask it how many bytes a thread has allocated
    requires org.allod;
    requires org.tukaani.xz;

    opens org.allod.lab.cli to
            info.picocli;
}
