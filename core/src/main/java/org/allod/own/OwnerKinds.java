package org.allod.own;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The classes of owners that may be components of a record, and how their types are made.
final class OwnerKinds {

    /// @param words of the inline form
    /// @param parameters types it takes
    /// @param type makes it of them
    record Kind(int words, int parameters, Function<List<Type<?>>, Type<?>> type) {}

    private static final Map<Class<?>, Kind> KINDS =
            Map.ofEntries(
                    Map.entry(Box.class, new Kind(1, 1, of -> Box.type(of.get(0)))),
                    Map.entry(
                            BTreeMap.class,
                            new Kind(2, 2, of -> BTreeMap.type(of.get(0), of.get(1)))),
                    Map.entry(
                            HashMap.class,
                            new Kind(3, 2, of -> HashMap.type(of.get(0), of.get(1)))),
                    Map.entry(LongBTreeMap.class, new Kind(2, 0, _ -> LongBTreeMap.TYPE)),
                    Map.entry(LongHashMap.class, new Kind(3, 0, _ -> LongHashMap.TYPE)),
                    Map.entry(IntBox.class, new Kind(1, 0, _ -> IntBox.TYPE)),
                    Map.entry(LongBox.class, new Kind(1, 0, _ -> LongBox.TYPE)),
                    Map.entry(DoubleBox.class, new Kind(1, 0, _ -> DoubleBox.TYPE)),
                    Map.entry(Rc.class, new Kind(1, 1, of -> Rc.type(of.get(0)))),
                    Map.entry(Weak.class, new Kind(1, 1, of -> Weak.type(of.get(0)))),
                    Map.entry(Arc.class, new Kind(1, 1, of -> Arc.type(of.get(0)))),
                    Map.entry(ArcWeak.class, new Kind(1, 1, of -> ArcWeak.type(of.get(0)))),
                    Map.entry(Cell.class, new Kind(1, 1, of -> Cell.type(of.get(0)))),
                    Map.entry(RefCell.class, new Kind(1, 1, of -> RefCell.type(of.get(0)))),
                    Map.entry(Mutex.class, new Kind(1, 1, of -> Mutex.type(of.get(0)))),
                    Map.entry(DoubleVec.class, new Kind(3, 0, _ -> DoubleVec.TYPE)),
                    Map.entry(IntVec.class, new Kind(3, 0, _ -> IntVec.TYPE)),
                    Map.entry(LongVec.class, new Kind(3, 0, _ -> LongVec.TYPE)),
                    Map.entry(Text.class, new Kind(3, 0, _ -> Text.TYPE)),
                    Map.entry(Vec.class, new Kind(3, 1, of -> Vec.type(of.get(0)))),
                    Map.entry(VecDeque.class, new Kind(4, 1, of -> VecDeque.type(of.get(0)))));

    private OwnerKinds() {}

    /// How types of a class are made, or null if it is no owner.
    static Kind of(Class<?> carrier) {
        return KINDS.get(carrier);
    }
}
