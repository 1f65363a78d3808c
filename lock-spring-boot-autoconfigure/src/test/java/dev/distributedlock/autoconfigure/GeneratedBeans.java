package dev.distributedlock.autoconfigure;

import java.lang.reflect.Modifier;

import dev.distributedlock.annotation.DistributedLock;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * Locked beans that other compilers write: javac without {@code -parameters}, and Kotlin.
 */
final class GeneratedBeans extends ClassLoader {

	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	private GeneratedBeans() {
		super(GeneratedBeans.class.getClassLoader());
	}

	/**
	 * Return an object with {@code @DistributedLock(key = "#id") Object run(String id)}
	 * that lacks the name of the parameter.
	 */
	static Object withoutParameterNames() {
		return new GeneratedBeans().create("WithoutNames", "java.lang.String", "#id");
	}

	/**
	 * Return an object with {@code @DistributedLock suspend fun run()}.
	 */
	static Object suspending() {
		GeneratedBeans classes = new GeneratedBeans();
		ClassWriter continuation = new ClassWriter(0);
		continuation.visit(Opcodes.V17, Modifier.PUBLIC | Modifier.INTERFACE | Modifier.ABSTRACT,
				internal(CONTINUATION), null, "java/lang/Object", null);
		continuation.visitEnd();
		classes.define(CONTINUATION, continuation);
		return classes.create("Suspending", CONTINUATION, "");
	}

	private Object create(String simpleName, String parameter, String key) {
		String name = GeneratedBeans.class.getPackageName() + "." + simpleName;
		ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
		writer.visit(Opcodes.V17, Modifier.PUBLIC, internal(name), null, "java/lang/Object", null);
		MethodVisitor constructor = writer.visitMethod(Modifier.PUBLIC, "<init>", "()V", null, null);
		constructor.visitCode();
		constructor.visitVarInsn(Opcodes.ALOAD, 0);
		constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
		constructor.visitInsn(Opcodes.RETURN);
		constructor.visitMaxs(0, 0);
		String descriptor = "(L" + internal(parameter) + ";)Ljava/lang/Object;";
		MethodVisitor run = writer.visitMethod(Modifier.PUBLIC, "run", descriptor, null, null);
		AnnotationVisitor lock = run.visitAnnotation(Type.getDescriptor(DistributedLock.class), true);
		lock.visit("key", key);
		lock.visitEnd();
		run.visitCode();
		run.visitInsn(Opcodes.ACONST_NULL);
		run.visitInsn(Opcodes.ARETURN);
		run.visitMaxs(0, 0);
		writer.visitEnd();
		try {
			return define(name, writer).getConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Class<?> define(String name, ClassWriter writer) {
		byte[] bytes = writer.toByteArray();
		return defineClass(name, bytes, 0, bytes.length);
	}

	private static String internal(String name) {
		return name.replace('.', '/');
	}

}
