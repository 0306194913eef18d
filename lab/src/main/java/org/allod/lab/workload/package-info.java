/// Workloads: programs that are nothing but allocations, on as many threads as one likes.
///
/// A trace repeats what one program did; these programs are made to hurt: blocks freed by another
/// thread than the one that allocated them, threads that come and go, neighbours on one cache line.
///
/// ```
///   WorkloadFork (a fresh JVM: one allocator alone)
///        │
///   WorkloadRun   rounds until the time is over ──► WorkloadOutcome
///        │
///      Crew       the threads of a round: started, joined, stopped when one fails
///        │
///    Workload     what they do: Mstress, ...
///        │
///     Worker      one thread's way to the allocator: counts, and times one call in 64
///        │
///    Allocator    under a LockedAllocator unless it is for any thread
/// ```
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
/// **To add a workload:** a class that implements [Workload], and its line in [Workloads]. Programs
/// with a fixed amount of work end by themselves; those that run until they are stopped say how
/// long in [Workload#secondsOfRound] and ask [Crew#isOver]. A warm-up ends with [Crew#startClock],
/// a clean-up begins with [Crew#stopClock]; a thread that hands over to a successor calls
/// [Crew#succeed]. State per thread belongs into an object made in the body, arrays are made before
/// the loop: the harness makes no garbage per operation, and neither should a workload. Nobody
/// waits in a way that an interrupt does not end, since that is how a failure elsewhere reaches
/// those who wait.
///
/// Not guaranteed: that a broken allocator is found. It may as well end the JVM, which the command
/// tells.
///
/// Source of the programs: mimalloc-bench, described in words; the code is our own.
package org.allod.lab.workload;
