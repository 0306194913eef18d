package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// That each example runs is for the tests of core to say.
class ExampleCommandTest {

    @Test
    void listsAndRunsByName() {
        Run all = Run.of("example");
        assertEquals(0, all.code(), all.err());
        List<String> names = all.out().lines().toList();
        assertTrue(names.containsAll(List.of("BoxList", "RcGraph", "SharedCounter")), all.out());
        Run one = Run.of("example", "SharedCounter");
        assertEquals(0, one.code(), one.err());
        assertEquals("counted: 100000", one.out().lines().findFirst().orElseThrow());
    }

    @Test
    void refusesAnotherNameInOneLine() {
        Run run = Run.of("example", "Nothing");
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().contains("no example 'Nothing', expected one of Arenas, BoxList, "));
    }
}
