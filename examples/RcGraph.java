// java --enable-native-access=ALL-UNNAMED -cp core/target/classes examples/RcGraph.java

import java.util.Optional;
import org.allod.Allocator;
import org.allod.heap.Heap;
import org.allod.own.Cell;
import org.allod.own.Rc;
import org.allod.own.RefCell;
import org.allod.own.Type;
import org.allod.own.Weak;

// A graph: stations on a line, each owning the next one, knowing the one before and the depot. What
// points back is weak, so that the ring of owners is none, and all is freed.

record Station(
        int id,
        Cell<Long> visits,
        Rc<Depot> depot,
        RefCell<Optional<Rc<Station>>> next,
        RefCell<Optional<Weak<Station>>> before) {}

record Depot(int trains) {}

void main() {
    try (Heap heap = Heap.open()) {
        Allocator memory = heap.allocator();
        try (Rc<Depot> depot = Rc.of(memory, new Depot(7));
                Rc<Station> first = station(memory, 1, depot);
                Rc<Station> second = station(memory, 2, depot);
                Rc<Station> third = station(memory, 3, depot)) {
            link(first, second);
            link(second, third);
            IO.println("owners of the depot: " + depot.strongCount());

            for (int round = 0; round < 3; round++) visit(first);
            IO.println("visits of station 3: " + third.get().visits().get());

            try (var back = third.get().before().borrow();
                    Rc<Station> before = back.get().orElseThrow().upgrade()) {
                IO.println("before station 3 comes " + before.get().id());
            }
            try (var next = first.get().next().borrowMut()) {
                next.set(Optional.empty()); // first and second part
            }
            IO.println("owners of station 2: " + second.strongCount());
        }
        IO.println("blocks left: " + heap.stats().blocksUsed());
    }
}

Rc<Station> station(Allocator memory, int id, Rc<Depot> depot) {
    Type<Station> type = Type.of(Station.class);
    return Rc.of(
            memory,
            type,
            new Station(
                    id,
                    Cell.of(memory, 0L),
                    depot.clone(),
                    RefCell.of(memory, Type.optional(Rc.type(type)), Optional.empty()),
                    RefCell.of(memory, Type.optional(Weak.type(type)), Optional.empty())));
}

void link(Rc<Station> from, Rc<Station> to) {
    try (var next = from.get().next().borrowMut();
            var before = to.get().before().borrowMut()) {
        next.set(Optional.of(to.clone()));
        before.set(Optional.of(from.downgrade()));
    }
}

/// This station and all after it. What an Rc lends is to be looked at only; a Cell can be set.
void visit(Rc<Station> at) {
    Station station = at.get();
    station.visits().set(station.visits().get() + 1);
    try (var next = station.next().borrow()) {
        next.get().ifPresent(this::visit);
    }
}
