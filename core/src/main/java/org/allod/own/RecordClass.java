package org.allod.own;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Consumer;

/// Makes the hidden class that is a record's type: a [RecordType] whose methods are straight lines.
///
/// ```java
/// // what is made for record Point(int x, Text label), in bytecode
/// Object read(Lender lender, long address) {
///     return NEW.invokeExact(getInt(address + 0), LABEL_TYPE.read(lender, address + 8));
/// }
/// void write(Lender home, long address, Object value) {
///     int x = GET_X.invokeExact(value);
///     Object label = GET_LABEL.invokeExact(value);
///     putInt(address + 0, x);
///     LABEL_TYPE.write(home, address + 8, label);
/// }
/// ```
///
/// `NEW`, `GET_X` and `LABEL_TYPE` are dynamic constants, so the compiler sees through them: to the
/// constructor, the field and the class of the type. It lies in this package, from where `Memory`
/// can be seen, and reaches the record by method handles, which its lookup has made: the record may
/// be private and of any loader.
final class RecordClass {
    private static final ClassDesc CD_Type = Type.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_Lender = Lender.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_Drops = Drops.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_List = ConstantDescs.CD_List;
    private static final ClassDesc CD_RecordType =
            RecordType.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_PrimitiveTypes =
            PrimitiveTypes.class.describeConstable().orElseThrow();

    private static final MethodTypeDesc READ = MethodTypeDesc.of(CD_Object, CD_Lender, CD_long);
    private static final MethodTypeDesc WRITE =
            MethodTypeDesc.of(CD_void, CD_Lender, CD_long, CD_Object);
    private static final MethodTypeDesc CHECK = MethodTypeDesc.of(CD_void, CD_Lender, CD_Object);
    private static final MethodTypeDesc CHECK_PART =
            MethodTypeDesc.of(CD_void, CD_Type, CD_Lender, CD_Object, CD_String);
    private static final MethodTypeDesc DROP = MethodTypeDesc.of(CD_void, CD_Drops, CD_long);
    private static final MethodTypeDesc OWNERS = MethodTypeDesc.of(CD_void, CD_Object, CD_List);

    private static final DirectMethodHandleDesc CONSTANT =
            ConstantDescs.ofConstantBootstrap(
                    RecordClass.class.describeConstable().orElseThrow(),
                    "constant",
                    CD_Object,
                    CD_int);

    /// Where the parameters of the generated methods lie: `this` is 0.
    private static final int LENDER = 1;

    private static final int ADDRESS = 2;
    private static final int VALUE = 4;

    private final List<RecordPart> parts;

    private RecordClass(List<RecordPart> parts) {
        this.parts = parts;
    }

    /// What the hidden class finds its constants in.
    private record Constants(MethodHandle constructor, List<RecordPart> parts) {}

    /// The type of a record.
    ///
    /// @param constructor the canonical one
    /// @param slots owners in a value
    static RecordType<?> make(
            Class<?> carrier,
            StructLayout layout,
            int slots,
            MethodHandle constructor,
            List<RecordPart> parts) {
        Class<?>[] seen = parts.stream().map(RecordPart::seen).toArray(Class<?>[]::new);
        MethodHandle erased = constructor.asType(MethodType.methodType(Object.class, seen));
        List<RecordPart> erasedParts = parts.stream().map(RecordClass::erased).toList();
        try {
            Lookup made =
                    MethodHandles.lookup()
                            .defineHiddenClassWithClassData(
                                    new RecordClass(parts).bytes(),
                                    new Constants(erased, erasedParts),
                                    true);
            return (RecordType<?>)
                    made.findConstructor(
                                    made.lookupClass(),
                                    MethodType.methodType(
                                            void.class,
                                            Class.class,
                                            MemoryLayout.class,
                                            int.class,
                                            List.class))
                            .invoke(carrier, layout, slots, erasedParts);
        } catch (Throwable impossible) {
            throw new AssertionError("no accessors for " + carrier, impossible);
        }
    }

    private static RecordPart erased(RecordPart part) {
        MethodHandle getter =
                part.getter().asType(MethodType.methodType(part.seen(), Object.class));
        return new RecordPart(
                part.path(),
                part.carrier(),
                part.offset(),
                getter,
                part.plain(),
                part.owner(),
                part.type());
    }

    /// Bootstrap of the constants: the constructor at -1, getters at even numbers, types at odd.
    static Object constant(Lookup lookup, String name, Class<?> type, int index)
            throws IllegalAccessException {
        Constants constants = MethodHandles.classData(lookup, name, Constants.class);
        if (index < 0) return constants.constructor;
        RecordPart part = constants.parts.get(index >> 1);
        return (index & 1) == 0 ? part.getter() : part.type().get();
    }

    private static DynamicConstantDesc<Object> constant(ClassDesc type, int index) {
        return DynamicConstantDesc.ofNamed(CONSTANT, ConstantDescs.DEFAULT_NAME, type, index);
    }

    // ---- bytecode ----

    private byte[] bytes() {
        ClassDesc made = ClassDesc.of(RecordClass.class.getPackageName(), "RecordAccess");
        MethodTypeDesc constructor =
                MethodTypeDesc.of(
                        CD_void,
                        ConstantDescs.CD_Class,
                        ClassDesc.of("java.lang.foreign.MemoryLayout"),
                        CD_int,
                        CD_List);
        return ClassFile.of()
                .build(
                        made,
                        type -> {
                            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
                            type.withSuperclass(CD_RecordType);
                            type.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    constructor,
                                    0,
                                    code ->
                                            code.aload(0)
                                                    .aload(1)
                                                    .aload(2)
                                                    .iload(3)
                                                    .aload(4)
                                                    .invokespecial(
                                                            CD_RecordType,
                                                            ConstantDescs.INIT_NAME,
                                                            constructor)
                                                    .return_());
                            method(type::withMethodBody, "read", READ, code -> get(code, "read"));
                            method(type::withMethodBody, "take", READ, code -> get(code, "take"));
                            method(type::withMethodBody, "write", WRITE, this::write);
                            method(type::withMethodBody, "checkParts", CHECK, this::check);
                            method(type::withMethodBody, "drop", DROP, this::drop);
                            method(type::withMethodBody, "owners", OWNERS, this::owners);
                        });
    }

    /// `withMethodBody` of a class builder.
    private interface Methods {
        Object add(String name, MethodTypeDesc type, int flags, Consumer<? super CodeBuilder> body);
    }

    private static void method(
            Methods methods, String name, MethodTypeDesc type, Consumer<CodeBuilder> body) {
        methods.add(name, type, 0, body::accept);
    }

    private void get(CodeBuilder code, String how) {
        code.loadConstant(constant(CD_MethodHandle, -1));
        ClassDesc[] seen = new ClassDesc[parts.size()];
        for (int i = 0; i < seen.length; i++) {
            RecordPart part = parts.get(i);
            seen[i] = desc(part.seen());
            if (part.plain()) {
                address(code, ADDRESS, part);
                code.invokestatic(
                        CD_PrimitiveTypes,
                        "get" + capital(part),
                        MethodTypeDesc.of(seen[i], CD_long));
            } else {
                type(code, i).aload(LENDER);
                address(code, ADDRESS, part);
                code.invokevirtual(CD_Type, how, READ);
            }
        }
        code.invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object, seen));
        code.areturn();
    }

    /// All is read before anything is written: an accessor may throw.
    private void write(CodeBuilder code) {
        int[] locals = new int[parts.size()];
        for (int i = 0; i < locals.length; i++) {
            TypeKind kind = TypeKind.from(parts.get(i).seen());
            component(code, i, VALUE);
            locals[i] = code.allocateLocal(kind);
            code.storeLocal(kind, locals[i]);
        }
        for (int i = 0; i < locals.length; i++) {
            RecordPart part = parts.get(i);
            TypeKind kind = TypeKind.from(part.seen());
            if (part.plain()) {
                address(code, ADDRESS, part);
                code.loadLocal(kind, locals[i]);
                code.invokestatic(
                        CD_PrimitiveTypes,
                        "put" + capital(part),
                        MethodTypeDesc.of(CD_void, CD_long, desc(part.seen())));
            } else {
                type(code, i).aload(LENDER);
                address(code, ADDRESS, part);
                code.loadLocal(kind, locals[i]).invokevirtual(CD_Type, "write", WRITE);
            }
        }
        code.return_();
    }

    private void check(CodeBuilder code) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).plain()) continue;
            type(code, i).aload(LENDER);
            component(code, i, 2);
            code.loadConstant(parts.get(i).path());
            code.invokestatic(CD_RecordType, "checkPart", CHECK_PART);
        }
        code.return_();
    }

    private void drop(CodeBuilder code) {
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).owner()) continue;
            type(code, i).aload(1);
            address(code, 2, parts.get(i));
            code.invokevirtual(CD_Type, "drop", DROP);
        }
        code.return_();
    }

    private void owners(CodeBuilder code) {
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).owner()) continue;
            type(code, i);
            component(code, i, 1);
            code.aload(2).invokevirtual(CD_Type, "owners", OWNERS);
        }
        code.return_();
    }

    private static void address(CodeBuilder code, int local, RecordPart part) {
        code.lload(local);
        if (part.offset() != 0) code.loadConstant(part.offset()).ladd();
    }

    private static CodeBuilder type(CodeBuilder code, int index) {
        return code.loadConstant(constant(CD_Type, 2 * index + 1));
    }

    private void component(CodeBuilder code, int index, int value) {
        MethodTypeDesc getter = MethodTypeDesc.of(desc(parts.get(index).seen()), CD_Object);
        code.loadConstant(constant(CD_MethodHandle, 2 * index));
        code.aload(value).invokevirtual(CD_MethodHandle, "invokeExact", getter);
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    /// `Int` of an int component: how its methods in [PrimitiveTypes] end.
    private static String capital(RecordPart part) {
        String name = part.carrier().getName();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
