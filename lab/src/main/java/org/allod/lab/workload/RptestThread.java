package org.allod.lab.workload;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// What one thread of [Rptest] does. Owner thread only.
///
/// ```
///   block    │ size, alignment << 16 │ ... │ 1 at each further page │ ... │ 1 in the last byte │
///   record   │ next │ count │ pointers ──► │ block │ block │ ...       both are blocks, too
/// ```
final class RptestThread {
    private static final int ITERATIONS = 2;
    private static final int SLOTS = 1000;
    private static final int ALLOCATE_STRIDE = 7;
    private static final int FREE_STRIDE = 11;
    private static final int START_STRIDE = 37;
    private static final int SEND_EVERY = 2;

    /// Only smaller blocks are aligned.
    private static final int ALIGNED_END = 4096;

    private static final int ALIGNMENT_STEP = 8;
    private static final int ALIGNMENTS = 3;
    private static final byte FILL = (byte) 0xCD;
    private static final int PAGE = 4096;
    private static final int ALIGNMENT_SHIFT = 16;

    private static final int RECORD_BYTES = 3 * Long.BYTES;
    private static final int COUNT = Long.BYTES;
    private static final int POINTERS = 2 * Long.BYTES;

    private final Worker worker;
    private final Crew crew;
    private final Rptest tables;
    private final RptestMail mail;
    private final int self;
    private final long[] slots = new long[SLOTS];
    private int place;
    private int alignment;
    private int receiver;

    RptestThread(Worker worker, Crew crew, Rptest tables, RptestMail mail) {
        this.worker = worker;
        this.crew = crew;
        this.tables = tables;
        this.mail = mail;
        self = worker.index() - 1;
        receiver = self;
    }

    void run() {
        for (int iteration = 1; iteration <= ITERATIONS; iteration++) {
            place = (self + 1) * iteration * START_STRIDE;
            int freeSlot = 0;
            int allocateSlot = 0;
            for (int loop = 0; loop < tables.loops(); loop++) {
                crew.proceed();
                long records = mail.takeAll(self);
                for (int i = tables.frees(loop); i > 0; i--) {
                    empty(freeSlot);
                    freeSlot = (freeSlot + FREE_STRIDE) % SLOTS;
                }
                freeRecords(records);
                int count = tables.allocations(loop);
                for (int i = count; i > 0; i--) {
                    empty(allocateSlot);
                    slots[allocateSlot] = allocate();
                    allocateSlot = (allocateSlot + ALLOCATE_STRIDE) % SLOTS;
                }
                if (loop % SEND_EVERY == 0) send(count);
            }
        }
        mail.finish();
        while (!mail.haveAllFinished()) {
            crew.proceed();
            freeRecords(mail.takeAll(self));
            Thread.yield();
        }
        freeRecords(mail.takeAll(self));
        for (int i = 0; i < SLOTS; i++) empty(i);
    }

    private void empty(int slot) {
        if (slots[slot] == Allocator.NULL) return;
        free(slots[slot]);
        slots[slot] = Allocator.NULL;
    }

    // ---- records ----

    private void send(int count) {
        if (mail.threads() == 1 || mail.hasSomeFinished()) return;
        long record = worker.allocate(RECORD_BYTES);
        long pointers = worker.allocate((long) count * Long.BYTES);
        Memory.putLong(record + COUNT, count);
        Memory.putLong(record + POINTERS, pointers);
        for (int i = 0; i < count; i++)
            Memory.putLong(pointers + (long) i * Long.BYTES, allocate());
        receiver = (receiver + 1) % mail.threads();
        if (receiver == self) receiver = (receiver + 1) % mail.threads();
        mail.push(receiver, record);
    }

    private void freeRecords(long first) {
        for (long record = first; record != Allocator.NULL; ) {
            long next = Memory.getLong(record);
            long count = Memory.getLong(record + COUNT);
            long pointers = Memory.getLong(record + POINTERS);
            for (int i = 0; i < count; i++) free(Memory.getLong(pointers + (long) i * Long.BYTES));
            worker.deallocate(pointers, count * Long.BYTES);
            worker.deallocate(record, RECORD_BYTES);
            record = next;
        }
    }

    // ---- blocks ----

    private long allocate() {
        int size = tables.size(place++);
        int aligned = 0;
        if (size < ALIGNED_END) {
            aligned = alignment;
            alignment = (alignment + ALIGNMENT_STEP) % (ALIGNMENTS * ALIGNMENT_STEP);
        }
        long block = aligned == 0 ? worker.allocateZeroed(size) : allocateAligned(size, aligned);
        int asked = aligned == 0 ? (int) Worker.alignment(size) : aligned;
        Memory.putInt(block, size | asked << ALIGNMENT_SHIFT);
        for (int page = PAGE; page < size; page += PAGE) Memory.putByte(block + page, (byte) 1);
        Memory.putByte(block + size - 1, (byte) 1);
        return block;
    }

    private long allocateAligned(int size, int aligned) {
        long block = worker.allocate(size, aligned);
        if (block == Allocator.NULL) throw new HeapExhaustedException(size, aligned);
        Memory.fill(block, size, FILL);
        return block;
    }

    private void free(long block) {
        int word = Memory.getInt(block);
        int size = word & (1 << ALIGNMENT_SHIFT) - 1;
        int asked = word >>> ALIGNMENT_SHIFT;
        boolean sound = size >= Long.BYTES && (asked == 8 || asked == 16);
        if (!sound || Memory.getByte(block + size - 1) != 1) {
            throw new CorruptionException(
                    "corruption: size or last byte of the block at 0x%x are not what was written"
                            .formatted(block));
        }
        worker.deallocate(block, size, asked);
    }
}
