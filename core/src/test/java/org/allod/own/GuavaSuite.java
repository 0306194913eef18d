package org.allod.own;

import java.util.Collections;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestCase;
import junit.framework.TestFailure;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/// A suite of Guava's testlib, which is JUnit 3, as dynamic tests of JUnit 6.
final class GuavaSuite {
    private GuavaSuite() {}

    static DynamicNode of(Test test) {
        if (test instanceof TestSuite suite) {
            Stream<DynamicNode> tests =
                    Collections.list(suite.tests()).stream().map(GuavaSuite::of);
            return DynamicContainer.dynamicContainer(suite.getName(), tests);
        }
        return DynamicTest.dynamicTest(((TestCase) test).getName(), () -> run(test));
    }

    private static void run(Test test) throws Throwable {
        TestResult result = new TestResult();
        test.run(result);
        for (TestFailure failure : Collections.list(result.failures())) {
            throw failure.thrownException();
        }
        for (TestFailure error : Collections.list(result.errors())) throw error.thrownException();
    }
}
