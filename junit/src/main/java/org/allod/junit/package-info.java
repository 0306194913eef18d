/// Fails the test that leaks, and says where it allocated.
///
/// ```
///   @ExtendWith(LeakExtension.class)
///   class ParserTest {
///       @Test void parses(Heap heap) { ... }      a heap of its own, closed after @AfterEach
///   }                                              │
///                                                  ▼ still live blocks?
///   java.lang.AssertionError: parses(Heap) leaks 2 blocks, 96 B
///   2 blocks, 96 B, allocated at
///       ParserTest.parses(ParserTest.java:17)
/// ```
///
/// One class: [LeakExtension]. What it needs at run time is JUnit's API and Allod.
package org.allod.junit;
