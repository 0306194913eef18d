package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.Property;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.ModelStep.Call;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A test that cannot fail is worth nothing: each [Flaw] is seen by the tests that should see it,
/// and each test of the kit sees one.
class KitSelfTest {

    /// Every contract, over an allocator with one flaw.
    private record Flawed(Flaw flaw)
            implements AllocatorContract,
                    CoalescingContract,
                    MallocContract,
                    ConcurrentContract,
                    DetectsDoubleFree,
                    DetectsWrongLayout {
        @Override
        public Malloc heapOver(Region region) {
            return new FlawedAllocator(flaw, region);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFlawIsSeen(Flaw flaw) throws IllegalAccessException {
        Flawed subject = new Flawed(flaw);
        for (String name : flaw.seenBy()) {
            Method test = tests().stream().filter(m -> m.getName().equals(name)).findAny().get();
            assertTrue(fails(subject, test), () -> name + " does not see " + flaw);
        }
    }

    @Test
    void everyTestSeesAFlaw() {
        TreeSet<String> blind = new TreeSet<>();
        for (Method test : tests()) blind.add(test.getName());
        for (Flaw flaw : Flaw.values()) flaw.seenBy().forEach(blind::remove);
        assertEquals(new TreeSet<String>(), blind, "tests that no flaw makes fail");
    }

    private static List<Method> tests() {
        return Arrays.stream(Flawed.class.getMethods()).filter(KitSelfTest::isTest).toList();
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(TestFactory.class)
                || method.isAnnotationPresent(Property.class);
    }

    private static boolean fails(Flawed subject, Method test) throws IllegalAccessException {
        try {
            if (test.isAnnotationPresent(Property.class)) {
                test.invoke(subject, steps());
            } else if (test.invoke(subject) instanceof List<?> dynamic) {
                for (Object each : dynamic) ((DynamicTest) each).getExecutable().execute();
            }
            return false;
        } catch (InvocationTargetException thrown) {
            return true;
        } catch (IllegalAccessException wrong) {
            throw wrong;
        } catch (Throwable thrown) {
            return true;
        }
    }

    private static List<ModelStep> steps() {
        SplittableRandom random = new SplittableRandom(1);
        List<ModelStep> steps = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Call call = Call.values()[random.nextInt(5)];
            int size = random.nextInt(1 << random.nextInt(1, 12));
            steps.add(new ModelStep(call, random.nextInt(1000), size, random.nextInt(6)));
        }
        return steps;
    }

    /// What a failed run leaves is a trace that fails again.
    @Test
    void aFailedRunIsKept() throws IOException {
        Flawed subject = new Flawed(Flaw.LEAKS);
        AssertionError failure =
                assertThrows(
                        AssertionError.class, () -> subject.randomCallsInAReservedRegion(steps()));
        Path file = Path.of("target", "failed-traces", "Flawed-reserved.trc");
        assertTrue(failure.getMessage().contains("-Dallod.trace="), failure::getMessage);
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.get(1).startsWith("# failure: "), () -> lines.get(1));
        Region region = Region.reserved(1 << 20);
        try (Malloc heap = new FlawedAllocator(Flaw.LEAKS, region)) {
            assertThrows(AssertionError.class, () -> new ModelRun(heap, region).replay(lines));
        }
        Region whole = Region.reserved(1 << 20);
        try (Malloc heap = new TestAllocator(whole)) {
            new ModelRun(heap, whole).replay(lines);
        }
    }
}
