package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class DecayTest {
    @Test
    void workGoesOnUntilItSaysNo() throws InterruptedException {
        Semaphore turns = new Semaphore(0);
        AtomicInteger done = new AtomicInteger();
        BooleanSupplier work =
                () -> {
                    turns.release();
                    return done.incrementAndGet() < 2;
                };
        Semaphore others = new Semaphore(0);
        BooleanSupplier other =
                () -> {
                    others.release();
                    return others.availablePermits() < 5;
                };
        Decay.add(work);
        Decay.add(other);
        turns.acquire(2);
        others.acquire(4);
        assertEquals(2, done.get());
        assertEquals(0, turns.availablePermits());
    }

    @Test
    void nothingHasItsTurnMeanwhile() throws InterruptedException {
        Semaphore turns = new Semaphore(0);
        AtomicInteger done = new AtomicInteger();
        BooleanSupplier work =
                () -> {
                    turns.release();
                    return done.incrementAndGet() < 1000;
                };
        Decay.add(work);
        turns.acquire();
        Decay.pause(() -> {
            int before = done.get();
            sleep(600); // two turns
            assertEquals(before, done.get());
        });
        turns.acquire();
        done.set(1000);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
