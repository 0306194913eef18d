/// Workloads: programs that are nothing but allocations, on as many threads as one likes.
///
/// A trace repeats what one program did; these programs are made to hurt: blocks freed by another
/// thread than the one that allocated them, threads that come and go, neighbours on one cache line.
///
/// ```
///   WorkloadContest    workloads x allocators, some forks of each, in turn ──► WorkloadSeries
///        │
///   WorkloadFork (a fresh JVM: one allocator alone)
///        │
///   WorkloadRun   rounds to warm up, rounds until it is enough ──► WorkloadOutcome
///        │
///      Crew       the threads of a round: started, joined, stopped when one fails
///        │
///    Workload     what they do: Larson, Mstress, ...
///        │
///     Worker      one thread's way to the allocator: counts, and times one call in 256
///        │
///    Allocator    under a LockedAllocator unless it is for any thread
/// ```
///
/// | program | threads | blocks | freed by another thread | what it stresses |
/// |---|---|---|---|---|
/// | [Larson], sized or not | N, with successors | 8 to 999 B | few | a server's threads |
/// | [XmallocTest] | N + N | 64 B | all | one allocates, one frees |
/// | [Mstress] | N, new ones 25 times | 8 B to 5 MB | 3.5 % | transfers, short threads |
/// | [Rptest] | N | 8 B to 16 KB | 30 % | batches for others, zeroing |
/// | [Sh6bench] | 2N | 1 to 709 B | none | much is freed at once |
/// | [Sh8bench] | 2N + 1 | 8 B to 168 KB | 2 % | the same, and foreign blocks |
/// | [CacheLines], two of them | N | 1 B | one each, or none | false sharing |
/// | [AllocTest] | N | 5 to 1,024 B | none | realistic sizes and lifetimes |
/// | [GlibcSimple] | 1 | 16, 32, 64 B | none | the shortest path |
/// | [GlibcThread] | N | 4 B to 32 KB | none | the same, all threads at once |
/// | [Mleak] | 10, new ones 500 times | 128 B | nearly all | what a dead thread leaves |
///
/// A round of Mstress, step by step:
///
/// 1. [Crew] clears the workers' numbers, looks at the clock and calls
///    [Workload#round(Crew) round] on a thread of its own kind, the program's main thread.
/// 2. Mstress calls [Crew#run] once for each of its 25 iterations: body 0 runs on the main thread,
///    the others on new ones, each with its [Worker].
/// 3. A body asks its worker for blocks, writes them full through
///    [Memory][org.allod.memory.Memory], and reads every word again before it frees one.
/// 4. When `round` is back, the time is taken. [WorkloadRun] merges counts and samples, and asks
///    the allocator whether it thinks, too, that no block is live.
///
/// **What is measured.** Operations are allocations, frees and reallocations that succeed while the
/// clock runs. Rounds are whole; those before `warmup` is over do not count. Throughput is by time
/// and by processor time, since the one says what a user sees and the other what is left of it on a
/// machine that others use, too. Latency is that of allocations, the clock's own reading included.
/// What a program leaves it frees after the clock has stopped. Blocks are aligned as malloc does, 8
/// bytes below 16 and 16 from there on, and freed with their size, which costs a C library nothing;
/// larson alone frees without, as C does.
///
/// **To add a workload:** a class that implements [Workload], and its line in [Workloads]. Programs
/// with a fixed amount of work end by themselves, and take a divisor of it; those that run until
/// they are stopped say how long in [Workload#secondsOfRound] and ask [Crew#isOver]. A warm-up ends
/// with [Crew#startClock], a clean-up begins with [Crew#stopClock]; a thread that hands over to a
/// successor calls [Crew#succeed]. State per thread belongs into an object made in the body, arrays
/// are made before the loop: the harness makes no garbage per operation, and neither should a
/// workload. Nobody waits in a way that an interrupt does not end, since that is how a failure
/// elsewhere reaches those who wait.
///
/// Not guaranteed: that a broken allocator is found. It may as well end the JVM, which the command
/// tells.
///
/// Source of the programs: mimalloc-bench, described in words; the code is our own.
package org.allod.lab.workload;
