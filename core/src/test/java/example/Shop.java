package example;

import java.util.List;

/// Code of a user: sites that are not the library's own. A test passes in what allocates.
public final class Shop {
    private Shop() {}

    /// Which of this class's methods is innermost on `stack`, or an empty text.
    ///
    /// Above it is the lambda that allocated: whether a test's own classes count as the library's
    /// depends on how the tests were started.
    public static String methodOn(List<StackTraceElement> stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(Shop.class.getName())) return frame.getMethodName();
        }
        return "";
    }

    /// One site.
    public static void order(Runnable allocation) {
        allocation.run();
    }

    /// Another one.
    public static void bill(Runnable allocation) {
        allocation.run();
    }

    /// `depth` + 1 frames of this, then [#order].
    public static void deep(int depth, Runnable allocation) {
        if (depth > 0) deep(depth - 1, allocation);
        else order(allocation);
    }
}
