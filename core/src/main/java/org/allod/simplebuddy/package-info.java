/// The tutorial chapter's own allocator: a buddy system that carves its region as it goes.
package org.allod.simplebuddy;
