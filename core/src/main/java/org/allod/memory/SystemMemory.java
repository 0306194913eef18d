package org.allod.memory;

import java.util.Locale;

/// Holds the one [VirtualMemory] of this system, made at the first use.
final class SystemMemory {
    static final VirtualMemory THE = of(System.getProperty("os.name"));

    private SystemMemory() {}

    private static VirtualMemory of(String name) {
        String system = name.toLowerCase(Locale.ROOT);
        if (system.contains("linux")) return new PosixMemory(PosixMemory.LINUX);
        if (system.contains("mac")) return new PosixMemory(PosixMemory.MACOS);
        if (system.contains("windows")) return new WindowsMemory();
        throw new UnsupportedOperationException(
                "os.name=" + name + ", expected Linux, macOS or Windows");
    }
}
