/// What came out of replaying: numbers, curves and a picture of the heap, as plain records.
///
/// The forked JVMs make them, the comparison collects them, the table, the CSV file and the report
/// show them.
package org.allod.lab.result;
