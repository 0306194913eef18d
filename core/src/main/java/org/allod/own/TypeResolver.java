package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Finds the type of a class, and makes those of records: one run of it each time one is new.
///
/// Records may need each other's types, and their own, through owners: `record Node(int value,
/// Optional<Box<Node>> next)`. An owner inline has the same size whatever it owns, so a record's
/// layout is known without it: first the records are made from the inside out, then what their
/// owners own is resolved.
final class TypeResolver {
    /// The types that are known, each held by its class.
    private static final ClassValue<AtomicReference<Type<?>>> KNOWN =
            new ClassValue<>() {
                @Override
                protected AtomicReference<Type<?>> computeValue(Class<?> carrier) {
                    return new AtomicReference<>(PRIMITIVES.get(carrier));
                }
            };

    private static final Map<Class<?>, Type<?>> PRIMITIVES = new HashMap<>();

    static {
        for (Type<?> type :
                List.of(
                        Type.BOOLEAN,
                        Type.BYTE,
                        Type.SHORT,
                        Type.CHAR,
                        Type.INT,
                        Type.LONG,
                        Type.FLOAT,
                        Type.DOUBLE)) {
            PRIMITIVES.put(type.carrier(), type);
            PRIMITIVES.put(MethodType.methodType(type.carrier()).unwrap().returnType(), type);
        }
    }

    private final Lookup lookup;

    /// Made in this run, and known to all once it has succeeded.
    private final Map<Class<?>, Type<?>> made = new HashMap<>();

    /// Records that are being made, from the outside in.
    private final Set<Class<?>> open = new HashSet<>();

    /// What owners own, to be resolved when all records around are made.
    private final Deque<Runnable> later = new ArrayDeque<>();

    private TypeResolver(Lookup lookup) {
        this.lookup = lookup;
    }

    /// The type of a class.
    ///
    /// @param lookup that can see into records, or null for what this package can see
    /// @throws IllegalArgumentException if there is none
    @SuppressWarnings("unchecked")
    static <T> Type<T> resolve(Lookup lookup, Class<T> carrier) {
        Type<?> known = KNOWN.get(carrier).getAcquire();
        if (known != null) return (Type<T>) known;
        TypeResolver run = new TypeResolver(lookup);
        Type<?> type = run.plain(carrier.getSimpleName(), carrier);
        while (!run.later.isEmpty()) run.later.remove().run();
        run.made.forEach((each, fresh) -> KNOWN.get(each).compareAndSet(null, fresh));
        return (Type<T>) type;
    }

    // ---- parts ----

    /// What a component is, or what an owner owns.
    ///
    /// @param words whether it is an owner, whose own words tell whether it is null
    /// @param slots owners in it
    /// @param type of it; to be asked for once nothing is left for later
    private record Part(MemoryLayout layout, boolean words, int slots, Supplier<Type<?>> type) {}

    private static Part of(Type<?> type) {
        return new Part(type.layout(), type instanceof OwnerType, type.slots(), () -> type);
    }

    private Part part(String path, AnnotatedType type, AnnotatedElement component) {
        Part part = some(path, type, component);
        boolean nullable = isNullable(type) || isNullable(component);
        return nullable ? maybe(part, Type::nullable) : part;
    }

    private static boolean isNullable(AnnotatedElement element) {
        return Stream.of(element.getAnnotations())
                .anyMatch(each -> each.annotationType().getSimpleName().equals("Nullable"));
    }

    private static Part maybe(Part some, UnaryOperator<Type<?>> type) {
        return new Part(
                NullableType.layout(some.layout, some.words),
                some.words,
                some.slots,
                () -> type.apply(some.type.get()));
    }

    /// What it is if it is not null.
    private Part some(String path, AnnotatedType type, AnnotatedElement component) {
        if (type instanceof AnnotatedParameterizedType generic) {
            Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
            AnnotatedType[] of = generic.getAnnotatedActualTypeArguments();
            if (raw == Optional.class) {
                return maybe(some(path, of[0], of[0]), Type::optional);
            }
            OwnerKinds.Kind kind = OwnerKinds.of(raw);
            if (kind != null) return owner(path, kind, of);
        }
        if (!(type.getType() instanceof Class<?> carrier)) {
            throw bad(path, type.getType().getTypeName(), "");
        }
        if (!carrier.isArray()) return of(plain(path, carrier));
        Length length = component.getAnnotation(Length.class);
        if (length == null) throw bad(path, carrier.getSimpleName(), " with @Length");
        return array(path, carrier, length.value(), 0);
    }

    /// An owner: its words are known, what it owns comes later.
    private Part owner(String path, OwnerKinds.Kind kind, AnnotatedType[] of) {
        Part[] owned = new Part[of.length];
        later.add(() -> {
            for (int i = 0; i < of.length; i++) owned[i] = part(path, of[i], of[i]);
        });
        return new Part(
                OwnerType.layout(kind.words()),
                true,
                1,
                () -> kind.type().apply(Stream.of(owned).<Type<?>>map(o -> o.type.get()).toList()));
    }

    private Part array(String path, Class<?> carrier, int[] lengths, int depth) {
        if (depth == lengths.length) throw bad(path, carrier.getSimpleName(), " with that @Length");
        Class<?> component = carrier.getComponentType();
        Part element =
                component.isArray()
                        ? array(path, component, lengths, depth + 1)
                        : of(plain(path + "[]", component));
        int length = lengths[depth];
        if (length < 1) {
            throw new IllegalArgumentException(
                    path + ": length=" + length + ", expected at least 1");
        }
        return of(new ArrayType<>(carrier, element.type.get(), length));
    }

    // ---- classes ----

    /// The type of a class that is no array and has no parameters.
    private Type<?> plain(String path, Class<?> carrier) {
        Type<?> known = KNOWN.get(carrier).getAcquire();
        if (known == null) known = made.get(carrier);
        if (known != null) return known;
        OwnerKinds.Kind kind = OwnerKinds.of(carrier);
        if (kind != null && kind.parameters() == 0) return kind.type().apply(List.of());
        Type<?> fresh;
        if (carrier.isEnum()) fresh = new EnumType<>(carrier);
        else if (carrier.isRecord()) fresh = record(path, carrier);
        else
            throw bad(
                    path,
                    carrier.getTypeName(),
                    kind == null ? "" : "; of a " + carrier.getSimpleName() + " its type(...)");
        made.put(carrier, fresh);
        return fresh;
    }

    private static IllegalArgumentException bad(String path, String what, String more) {
        return new IllegalArgumentException(
                path
                        + ": "
                        + what
                        + ", expected a primitive, an enum, a record, an owner, an Optional or an"
                        + " array"
                        + more);
    }

    private RecordType<?> record(String path, Class<?> carrier) {
        RecordComponent[] components = carrier.getRecordComponents();
        if (components.length == 0) {
            throw new IllegalArgumentException(path + ": no component, expected one at least");
        }
        if (!open.add(carrier)) {
            throw new IllegalArgumentException(
                    path
                            + ": "
                            + carrier.getSimpleName()
                            + " lies in itself, expected a Box of it");
        }
        RecordLookup access = RecordLookup.of(lookup, path, carrier);
        List<RecordPart> parts = new ArrayList<>();
        StructLayouts layout = new StructLayouts();
        int slots = 0;
        for (RecordComponent component : components) {
            String inner = path + "." + component.getName();
            Part part = part(inner, component.getAnnotatedType(), component);
            slots += part.slots;
            parts.add(
                    new RecordPart(
                            inner,
                            component.getType(),
                            layout.add(part.layout, component.getName()),
                            access.getter(component),
                            component.getType().isPrimitive(),
                            part.slots > 0,
                            part.type));
        }
        open.remove(carrier);
        return RecordClass.make(
                carrier, layout.layout(carrier), slots, access.constructor(components), parts);
    }
}
