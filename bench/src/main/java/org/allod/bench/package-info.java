/// What one pair of allocate and free costs, beside what users have without Allod.
///
/// | benchmark | answers |
/// |---|---|
/// | [PairBenchmark] | what does a pair cost, in time and in garbage? |
/// | [PeerPairBenchmark] | and with libc, an `Arena`, a direct buffer, Netty? |
/// | [WorkingSetBenchmark] | what does replacing blocks at random cost, ours and libc's? |
/// | [WorstOrderBenchmark] | does freeing in the worst order stay linear? |
/// | [ArenaBenchmark] | what does an arena cost, ours and the JDK's? |
/// | [LockedPairBenchmark] | what do the lock and the checker add? |
/// | [OwnVecBenchmark] | what do `LongVec` and `Vec<Point>` cost beside arrays and fastutil? |
/// | [OwnMapBenchmark] | and maps of longs, beside the JDK's and fastutil's? |
/// | [OwnTextBenchmark] | and `Text`, beside `String` and `StringBuilder`? |
/// | [OwnPauseBenchmark] | how long does the collector stop for entries that it cannot see? |
///
/// Real programs' allocations are the lab's affair; here single operations are told apart.
///
/// A call through [org.allod.Allocator] is inlined while its call site has seen one class or two.
/// So each benchmark, and each value of its parameters, runs in a JVM of its own.
///
/// The module's README has the commands. Sizes are bytes, times are of one thread.
package org.allod.bench;
