package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.allod.Allocator;

/// Vec, LongVec, VecDeque and Text against ArrayList, ArrayDeque and StringBuilder.
class SequencesModelTest implements ModelLengths {

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void longVec(@ForAll long seed, @ForAll("steps") int steps) {
        Random random = new Random(seed);
        List<Long> model = new ArrayList<>();
        try (Allocator heap = OwnHeap.open()) {
            try (LongVec vec = LongVec.of(heap)) {
                for (int i = 0; i < steps; i++) {
                    longStep(random, vec, model, grows(i));
                    if (random.nextInt(500) == 0) assertEquals(model, vec.asList());
                }
                assertEquals(model, vec.asList());
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    /// Whether a run mostly adds at that step, or mostly removes.
    private static boolean grows(int step) {
        return step / 700 % 2 == 0;
    }

    private static void longStep(Random random, LongVec vec, List<Long> model, boolean grows) {
        int size = model.size();
        long value = random.nextInt(1000);
        int what = random.nextInt(20);
        if (size == 0 || (grows ? what < 14 : what < 6)) {
            int index = random.nextInt(size + 1);
            if (what % 3 == 0) {
                vec.insert(index, value);
                model.add(index, value);
            } else {
                vec.push(value);
                model.add(value);
            }
            return;
        }
        int index = random.nextInt(size);
        switch (random.nextInt(12)) {
            case 0 -> assertEquals(model.remove(index), vec.remove(index));
            case 1 -> {
                assertEquals(model.get(index), vec.swapRemove(index));
                Collections.swap(model, index, size - 1);
                model.removeLast();
            }
            case 2, 3 -> assertEquals(model.removeLast(), vec.pop());
            case 4 -> assertEquals(model.set(index, value), vec.replace(index, value));
            case 5 -> {
                vec.set(index, value);
                model.set(index, value);
            }
            case 6 -> {
                vec.shrinkToFit();
                assertEquals(size, vec.capacity());
            }
            case 7 -> vec.reserve(random.nextInt(100));
            case 8 -> assertEquals(model.indexOf(value), vec.indexOf(value));
            case 9 -> {
                int to = index + random.nextInt(Math.min(20, size - index) + 1);
                try (LongVec drained = vec.drain(index, to)) {
                    assertEquals(model.subList(index, to), drained.asList());
                }
                model.subList(index, to).clear();
            }
            case 10 -> {
                long bound = random.nextInt(50);
                vec.retain(each -> each >= bound);
                model.removeIf(each -> each < bound);
            }
            default -> {
                if (random.nextInt(10) > 0) return;
                vec.sort();
                model.sort(null);
                assertEquals(
                        Collections.binarySearch(model, value) >= 0, vec.binarySearch(value) >= 0);
            }
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void vecOfTexts(@ForAll long seed, @ForAll("steps") int steps) {
        Random random = new Random(seed);
        List<String> model = new ArrayList<>();
        try (Allocator heap = OwnHeap.open()) {
            try (Vec<Text> vec = Vec.of(heap, Text.TYPE)) {
                for (int i = 0; i < steps; i++) {
                    textsStep(random, heap, vec, model, grows(i));
                    if (random.nextInt(1000) == 0) assertEquals(model, strings(vec));
                }
                assertEquals(model, strings(vec));
                assertEquals(
                        model.size() + 1,
                        heap.stats().blocksUsed() + (vec.capacity() == 0 ? 1 : 0));
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    private static List<String> strings(Iterable<Text> texts) {
        List<String> strings = new ArrayList<>();
        for (Text text : texts) strings.add(text.toString());
        return strings;
    }

    private static void textsStep(
            Random random, Allocator heap, Vec<Text> vec, List<String> model, boolean grows) {
        int size = model.size();
        String value = "word" + random.nextInt(1000);
        if (size == 0 || random.nextInt(20) < (grows ? 14 : 6)) {
            int index = random.nextInt(size + 1);
            vec.insert(index, Text.of(heap, value));
            model.add(index, value);
            return;
        }
        int index = random.nextInt(size);
        switch (random.nextInt(10)) {
            case 0 -> {
                try (Text removed = vec.remove(index)) {
                    assertEquals(model.remove(index), removed.toString());
                }
            }
            case 1 -> {
                vec.set(index, Text.of(heap, value));
                model.set(index, value);
            }
            case 2 -> {
                try (Text old = vec.replace(index, Text.of(heap, value))) {
                    assertEquals(model.set(index, value), old.toString());
                }
            }
            case 3 -> {
                vec.get(index).push("!");
                model.set(index, model.get(index) + "!");
            }
            case 4 -> {
                int to = index + random.nextInt(Math.min(20, size - index) + 1);
                vec.removeRange(index, to);
                model.subList(index, to).clear();
            }
            case 5 -> {
                String bound = "word" + random.nextInt(100);
                vec.retain(each -> !each.contentEquals(bound));
                model.removeIf(each -> each.equals(bound));
            }
            case 6 -> {
                vec.truncate(size - 1);
                model.removeLast();
            }
            case 7 -> vec.shrinkToFit();
            case 8 -> {
                Text lent = vec.get(index);
                vec.push(Text.of(heap, value));
                model.add(value);
                assertThrows(IllegalStateException.class, lent::size);
            }
            default -> {
                if (random.nextInt(30) > 0) return;
                vec.sort();
                model.sort(null);
            }
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void vecDeque(@ForAll long seed, @ForAll("steps") int steps) {
        Random random = new Random(seed);
        Deque<Long> model = new ArrayDeque<>();
        try (Allocator heap = OwnHeap.open()) {
            try (VecDeque<Long> deque = VecDeque.of(heap, Type.LONG)) {
                for (int i = 0; i < steps; i++) {
                    dequeStep(random, deque, model, grows(i));
                    if (random.nextInt(500) == 0) same(model, deque);
                }
                same(model, deque);
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    private static void same(Deque<Long> model, VecDeque<Long> deque) {
        List<Long> found = new ArrayList<>();
        deque.forEach(found::add);
        assertEquals(new ArrayList<>(model), found);
    }

    private static void dequeStep(
            Random random, VecDeque<Long> deque, Deque<Long> model, boolean grows) {
        long value = random.nextInt(1000);
        if (model.isEmpty() || random.nextInt(20) < (grows ? 13 : 7)) {
            if (random.nextBoolean()) {
                deque.pushBack(value);
                model.addLast(value);
            } else {
                deque.pushFront(value);
                model.addFirst(value);
            }
            return;
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> assertEquals(model.removeFirst(), deque.popFront());
            case 2, 3 -> assertEquals(model.removeLast(), deque.popBack());
            case 4 -> {
                List<Long> list = new ArrayList<>(model);
                int index = random.nextInt(list.size());
                assertEquals(list.remove(index), deque.remove(index));
                index = random.nextInt(list.size() + 1);
                list.add(index, value);
                deque.insert(index, value);
                model.clear();
                model.addAll(list);
            }
            case 5 -> {
                long bound = random.nextInt(30);
                deque.retain(each -> each >= bound);
                model.removeIf(each -> each < bound);
            }
            case 6 -> {
                assertEquals(model.getFirst(), deque.front());
                assertEquals(model.getLast(), deque.back());
                assertEquals(model.getLast(), deque.get(model.size() - 1));
            }
            default -> deque.shrinkToFit();
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void text(@ForAll long seed, @ForAll("steps") int steps) {
        Random random = new Random(seed);
        StringBuilder model = new StringBuilder();
        try (Allocator heap = OwnHeap.open()) {
            try (Text text = Text.of(heap)) {
                for (int i = 0; i < steps; i++) {
                    textStep(random, heap, text, model);
                    if (random.nextInt(50) == 0) assertEquals(model.toString(), text.toString());
                    if (model.length() > 2000) {
                        text.clear();
                        model.setLength(0);
                    }
                }
                assertEquals(model.toString(), text.asChars().toString());
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    private static void textStep(Random random, Allocator heap, Text text, StringBuilder model) {
        String added = word(random);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                text.push(added);
                model.append(added);
            }
            case 3 -> {
                int point = added.isEmpty() ? 'x' : added.codePointAt(0);
                text.pushCodePoint(point);
                model.appendCodePoint(point);
            }
            case 4 -> {
                try (Text other = Text.of(heap, added)) {
                    text.push(other);
                }
                model.append(added);
            }
            case 5 -> {
                int at = boundary(random, model);
                text.insert(bytes(model, at), added);
                model.insert(at, added);
            }
            case 6 -> {
                if (model.isEmpty()) return;
                int point = model.codePointBefore(model.length());
                assertEquals(point, text.pop());
                model.setLength(model.length() - Character.charCount(point));
            }
            case 7 -> {
                int a = boundary(random, model);
                int b = boundary(random, model);
                int from = Math.min(a, b);
                int to = Math.min(Math.max(a, b), from + 9);
                if (to < model.length() && Character.isLowSurrogate(model.charAt(to))) to++;
                try (Text part = text.substring(bytes(model, from), bytes(model, to))) {
                    assertEquals(model.substring(from, to), part.toString());
                }
                text.removeRange(bytes(model, from), bytes(model, to));
                model.delete(from, to);
            }
            case 8 -> {
                CharSequence chars = text.asChars();
                assertEquals(model.length(), chars.length());
                if (model.isEmpty()) return;
                int at = random.nextInt(model.length());
                assertEquals(model.charAt(at), chars.charAt(at));
                assertEquals(model.charAt(at / 2), chars.charAt(at / 2));
            }
            default -> {
                try (Text copy = text.copy()) {
                    assertEquals(text, copy);
                    assertEquals(text.hashCode(), copy.hashCode());
                    copy.push(added);
                    assertEquals(added.isEmpty() ? 0 : 1, Integer.signum(copy.compareTo(text)));
                }
            }
        }
    }

    private static final String[] LETTERS = {"a", "Z", " ", "ö", "ß", "€", "漢", "🙂", "𐍈"};

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        int letters = random.nextInt(4) == 0 ? LETTERS.length : 3;
        int length = random.nextInt(12) == 0 ? random.nextInt(90) : random.nextInt(9);
        while (length-- > 0) word.append(LETTERS[random.nextInt(letters)]);
        return word.toString();
    }

    private static int boundary(Random random, StringBuilder model) {
        int at = random.nextInt(model.length() + 1);
        boolean within = at < model.length() && Character.isLowSurrogate(model.charAt(at));
        return within ? at + 1 : at;
    }

    private static long bytes(StringBuilder model, int chars) {
        return Utf8.length(model.substring(0, chars));
    }
}
