package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.heap.Allocators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "4096, 4096",
        "64k, 65536",
        "64K, 65536",
        "16m, 16777216",
        "4g, 4294967296",
        "8589934591g, 9223372035781033984",
        "9223372036854775807, 9223372036854775807",
    })
    void sizes(String text, long bytes) {
        assertEquals(bytes, new SizeConverter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "0g",
                "-1",
                "k",
                "1.5g",
                "4gb",
                "4 g",
                "8589934592g",
                "0x10",
                "١",
                "9223372036854775808",
                "99999999999999999999",
                "four"
            })
    void sizesThatAreNone(String text) {
        assertEquals(
                "size=" + text + ", expected 1 to 2^63 - 1 bytes, such as 4096, 64k, 16m or 4g",
                refused(new SizeConverter(), text));
    }

    @Test
    void alignments() {
        assertEquals(4096, new AlignmentConverter().convert("4k"));
        assertEquals(
                "alignment=24, expected a power of two", refused(new AlignmentConverter(), "24"));
    }

    @Test
    void allocators() {
        for (Allocators.Entry entry : Allocators.all()) {
            assertEquals(entry.name(), new AllocatorConverter().convert(entry.name()));
        }
        assertEquals("native:libc", new AllocatorConverter().convert("native:libc"));
        for (String wrong : new String[] {"", "native:", "native", "Buddy", "nosuch"}) {
            assertEquals(
                    "allocator="
                            + wrong
                            + ", expected one of "
                            + Allocators.names()
                            + ", native:libc or native:LIBRARY",
                    refused(new AllocatorConverter(), wrong));
        }
    }

    @Test
    void optionsOfAllocators() {
        String good = "ptmalloc:tcache_count=0:mmap_threshold=128k";
        assertEquals(good, new AllocatorConverter().convert(good));
        assertEquals(
                "allocator=buddy:x=1: expected no options",
                refused(new AllocatorConverter(), "buddy:x=1"));
        assertEquals(
                "allocator=ptmalloc:arena_max: option 'arena_max', expected name=value after each"
                        + " colon",
                refused(new AllocatorConverter(), "ptmalloc:arena_max"));
        String unknown = refused(new AllocatorConverter(), "ptmalloc:tcache=0");
        assertTrue(
                unknown.startsWith(
                        "allocator=ptmalloc:tcache=0: tunable=tcache, expected one of mxfast, "),
                unknown);
        String nobody = refused(new AllocatorConverter(), "nosuch:x=1");
        assertTrue(nobody.startsWith("allocator=nosuch:x=1, expected one of buddy"), nobody);
    }

    private static String refused(ITypeConverter<?> converter, String text) {
        return assertThrows(TypeConversionException.class, () -> converter.convert(text))
                .getMessage();
    }
}
