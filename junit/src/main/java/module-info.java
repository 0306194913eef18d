/// Allod for JUnit: a test that leaks fails.
///
/// Start at {@link org.allod.junit.LeakExtension}.
module org.allod.junit {
    requires transitive org.allod;
    requires transitive org.junit.jupiter.api;

    exports org.allod.junit;
}
