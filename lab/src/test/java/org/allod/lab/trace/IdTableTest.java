package org.allod.lab.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTableTest {

    /// Dense ids, addresses 16, a page and 2^32 bytes apart.
    @ParameterizedTest
    @ValueSource(longs = {1, 16, 4096, 1L << 32})
    void agreesWithAHashMap(long step) {
        Random random = new Random(42);
        IdTable table = new IdTable();
        Map<Long, Integer> map = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            long key = random.nextInt(50_000) * step;
            assertEquals(map.getOrDefault(key, IdTable.ABSENT), table.get(key), "seed 42, " + i);
            int value = random.nextInt(1000) - 1000 == IdTable.ABSENT ? 0 : i;
            map.put(key, value);
            table.put(key, value);
            assertEquals(map.size(), table.size());
        }
    }
}
