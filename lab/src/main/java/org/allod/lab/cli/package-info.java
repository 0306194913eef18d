/// The command line: one class a command, exit codes 0 (fine), 2 (usage), 1 (failed).
package org.allod.lab.cli;
