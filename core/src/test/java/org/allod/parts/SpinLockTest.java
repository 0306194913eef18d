package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One at a time, and what it did the next one sees.
class SpinLockTest {
    private long counter;

    @Test
    void oneAtATime() throws InterruptedException {
        SpinLock lock = new SpinLock();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Runnable work =
                    () -> {
                        for (int i = 0; i < 50_000; i++) {
                            lock.lock();
                            counter++;
                            lock.unlock();
                        }
                    };
            threads.add(t < 2 ? Thread.ofPlatform().start(work) : Thread.ofVirtual().start(work));
        }
        for (Thread thread : threads) thread.join();
        assertEquals(200_000, counter);
    }

    @Test
    void aTakenOneIsNotTakenAgain() {
        SpinLock lock = new SpinLock();
        assertTrue(lock.tryLock());
        assertFalse(lock.tryLock());
        lock.unlock();
        assertTrue(lock.tryLock());
    }
}
