package org.allod.lab.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// The machine in one line: numbers without it mean nothing.
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

    private Machine() {}

    /// Processor, cores, memory, system and Java; what the system does not tell is left out.
    static String line() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %s%s %s, Java %s",
                field(CPU_INFO, "model name", System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
    }

    private static String memory() {
        String kib = field(MEMORY_INFO, "MemTotal", "").replaceAll("\\D", "");
        return kib.isEmpty() ? "" : (Long.parseLong(kib) + (1 << 19) >> 20) + " GiB, ";
    }

    private static String field(Path file, String name, String otherwise) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException notTold) {
            return otherwise;
        }
    }
}
