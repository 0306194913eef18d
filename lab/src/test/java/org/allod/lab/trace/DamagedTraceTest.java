package org.allod.lab.trace;

import static org.allod.lab.trace.TraceFiles.gzip;
import static org.allod.lab.trace.TraceFiles.xz;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever happens to a file, the answer is a trace that is right, or one line that says why not.
class DamagedTraceTest {
    private static final int ROUNDS = Boolean.getBoolean("allod.stress") ? 200_000 : 5_000;
    private static final String BYTES = "arf 0123456789-#\n\t\r\0\u00ff";

    private static final String TRC =
            "# ops: 6\n1 a 0 64 32\n2 a 1 0\n2 r 1 5000000000\n1 f 0\n2 f -1\n1 a 0 7\n";
    private static final String REP = "1\n2\n4\n30\na 0 10\na 1 20\nr 1 5\nf 0\n";

    private final long seed = System.nanoTime();

    @Test
    void plain() {
        damage(TRC.getBytes());
        damage(REP.getBytes());
    }

    @Test
    void packed() throws IOException {
        damage(gzip(TRC));
        damage(xz(REP));
    }

    private void damage(byte[] whole) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                boolean text = random.nextInt(4) != 0;
                bytes[random.nextInt(bytes.length)] =
                        (byte)
                                (text
                                        ? BYTES.charAt(random.nextInt(BYTES.length()))
                                        : random.nextInt());
            }
            try {
                check(TraceReader.read("x.rep", "x", new ByteArrayInputStream(bytes)));
            } catch (TraceException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed=" + seed + ", round=" + round, e);
            }
        }
    }

    /// What [Trace] promises.
    private static void check(Trace trace) {
        boolean[] live = new boolean[trace.slotCount()];
        for (int i = 0; i < trace.length(); i++) {
            byte operation = trace.operations()[i];
            int slot = trace.slots()[i];
            assertEquals(operation != Trace.ALLOCATE, live[slot]);
            live[slot] = operation != Trace.FREE;
            if (trace.sizes()[i] < 0 || trace.threads()[i] >= trace.threadCount()) {
                throw new AssertionError("operation " + i);
            }
        }
    }
}
