package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.allod.lab.replay.Forks.ForkFailedException;
import org.allod.lab.trace.BinaryTrace;
import org.allod.lab.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ForksTest {
    private static String failure(Duration patience, String script) throws IOException {
        try (Forks forks = new Forks(patience)) {
            List<String> command = List.of("sh", "-c", script);
            return assertThrows(ForkFailedException.class, () -> forks.run(command)).getMessage();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void howItEndedAndItsLastWord() throws IOException {
        Duration minute = Duration.ofMinutes(1);
        assertEquals("boom", failure(minute, "echo x; echo boom >&2; exit 1"));
        assertEquals("exit code 3: boom", failure(minute, "echo boom >&2; exit 3"));
        assertEquals("ended by signal 9", failure(minute, "kill -9 $$"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aForkThatHangsIsEnded() throws IOException {
        assertEquals(
                "no result after 1 s, ended", failure(Duration.ofSeconds(1), "exec sleep 100"));
    }

    @Test
    void aCrashedJvmIsNamedByItsSignal() {
        List<String> report =
                List.of(
                        "#",
                        "# A fatal error has been detected by the Java Runtime Environment:",
                        "#",
                        "#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2",
                        "#",
                        "#   https://bugreport.java.com/bugreport/crash.jsp");
        assertEquals("SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2", Forks.lastWord(report));
    }

    @Test
    void aForkMeasuresAndBringsItHome() throws IOException {
        Trace trace = Traces.random(3, 5000, 2, 100);
        Path folder;
        try (Forks forks = new Forks(Duration.ofMinutes(2))) {
            folder = forks.folder();
            Path file = folder.resolve("trace.bin");
            BinaryTrace.write(trace, file);
            RunOutcome outcome =
                    forks.run(file, 5000, new Contender("buddy"), ReplaySettings.DEFAULT);
            assertEquals("buddy", outcome.result().allocator());
            assertEquals(5000, outcome.result().ops());
            assertTrue(outcome.result().verified());
            assertTrue(outcome.result().nsPerOp() > 0);
            assertTrue(outcome.result().peakRequested() > 0);
            assertEquals(
                    5000,
                    outcome.timeline().operation()[outcome.timeline().operation().length - 1]);
            assertTrue(outcome.heap().used().length > 0);
            Contender missing = new Contender("native:libnowhere.so");
            String message =
                    assertThrows(
                                    ForkFailedException.class,
                                    () -> forks.run(file, 1, missing, ReplaySettings.DEFAULT))
                            .getMessage();
            assertEquals(
                    "native:libnowhere.so cannot be loaded, expected a C library's path or soname",
                    message);
        }
        assertFalse(Files.exists(folder));
    }
}
