/// Benchmarks: each forks its own JVM, so that no call site sees a second allocator.
package org.allod.bench;
