package org.allod.bench;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads in which Netty's look-up of thread-local caches is fast, for JMH to run benchmarks in.
///
/// In any other thread Netty takes a slower way, and makes its buffers anew instead of recycling
/// them.
public final class NettyThreads extends ThreadPoolExecutor {
    /// As JMH calls it.
    ///
    /// @param threads how many
    /// @param name what theirs begin with
    public NettyThreads(int threads, String name) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true));
    }
}
