package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.ptmalloc.PtMalloc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names, and the options behind them.
class AllocatorsTest {

    @Test
    void aNameAloneIsTheDefault() {
        for (Allocators.Entry entry : Allocators.all()) {
            assertEquals(entry, Allocators.named(entry.name()));
        }
        var thrown = assertThrows(IllegalArgumentException.class, () -> Allocators.named("x"));
        assertEquals("allocator=x, expected one of " + Allocators.names(), thrown.getMessage());
    }

    @Test
    void optionsReachTheAllocator() {
        assertEquals(1, cachedWith("ptmalloc"));
        assertEquals(0, cachedWith("ptmalloc:tcache_count=0"));
        assertEquals(0, cachedWith("ptmalloc:arena_max=1:tcache_count=0"));
        assertEquals(1, cachedWith("ptmalloc:tcache_count=0:tcache_count=1"), "the later one");
        assertEquals(1, cachedWith("ptmalloc:glibc=2.43:defaults=glibc"));
        assertEquals("ptmalloc:tcache_count=0", Allocators.named("ptmalloc:tcache_count=0").name());
    }

    private static long cachedWith(String name) {
        try (var heap = Allocators.named(name).open(Region.reserved(1 << 26))) {
            long block = assertInstanceOf(PtMalloc.class, heap).allocate(100, 16);
            heap.deallocate(block, 100, 16);
            return heap.stats().blocksCached();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "buddy:x=1 | expected no options",
                "ptmalloc: | option '', expected name=value after each colon",
                "ptmalloc:=1 | option '=1', expected name=value after each colon",
                "ptmalloc:arena_max=1: | option '', expected name=value after each colon",
                "ptmalloc:arena_max | option 'arena_max', expected name=value after each colon",
                "ptmalloc:arena_max=-1 | arena_max=-1, expected a whole number such as",
                "ptmalloc:arena_max= | arena_max=, expected a whole number such as",
                "ptmalloc:arena_max=1x | arena_max=1x, expected a whole number such as",
                "ptmalloc:arena_max=4g | arena_max=4294967296, expected 0 to 2147483647",
                "ptmalloc:top_pad=9999999999g | top_pad=9999999999g, expected a whole number",
                "ptmalloc:glibc=2.7 | glibc=2.7, expected 2.36 or 2.43",
                "ptmalloc:defaults=none | defaults=none, expected glibc or allod",
                "ptmalloc:nosuch=x | tunable=nosuch, expected one of mxfast, trim_threshold"
            })
    void wrongOptions(String name, String message) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> Allocators.named(name));
        String expected = "allocator=" + name + ": " + message;
        assertTrue(thrown.getMessage().startsWith(expected), thrown::getMessage);
    }

    @Test
    void theListOfTunablesIsWhole() {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Allocators.named("ptmalloc:nosuch=1"))
                        .getMessage();
        String list = message.substring(message.indexOf("one of ") + "one of ".length());
        for (String tunable : list.split(", ")) {
            String value =
                    switch (tunable) {
                        case "glibc" -> "2.36";
                        case "defaults" -> "allod";
                        default -> "1";
                    };
            Allocators.named("ptmalloc:" + tunable + "=" + value);
        }
    }
}
