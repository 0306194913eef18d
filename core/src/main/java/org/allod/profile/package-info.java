/// Who allocated what: a sampling profile of a heap, with Java's stacks.
package org.allod.profile;
