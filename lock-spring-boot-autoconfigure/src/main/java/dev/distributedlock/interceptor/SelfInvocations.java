package dev.distributedlock.interceptor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * Finds calls of locked methods by the class that has them, in its byte code.
 */
// Whether a receiver is 'this' would need an analysis of the operands. Instead, a method
// that may have another object of the class at hand is left out: one that takes, makes,
// casts to, reads or is given one. So what is found is certain, and not all is found.
final class SelfInvocations extends ClassVisitor {

	private final String self;

	private final Set<String> locked;

	private final Set<String> found = new TreeSet<>();

	private SelfInvocations(Class<?> type, Set<Method> locked) {
		super(SpringAsmInfo.ASM_VERSION);
		this.self = Type.getInternalName(type);
		this.locked = locked.stream()
			.map((method) -> method.getName() + Type.getMethodDescriptor(method))
			.collect(Collectors.toSet());
	}

	/**
	 * Search a class.
	 * @param type the class
	 * @param locked its locked methods
	 * @return callers and what they call, such as {@code book() calls pay}; none if the
	 * byte code cannot be had
	 */
	static Set<String> in(Class<?> type, Set<Method> locked) {
		try (InputStream code = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (code == null) {
				return Set.of();
			}
			SelfInvocations search = new SelfInvocations(type, locked);
			new ClassReader(code).accept(search, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			return search.found;
		}
		// Generated classes, or those of a newer Java than the reader knows: a hint less.
		catch (IOException | IllegalArgumentException ex) {
			return Set.of();
		}
	}

	@Override
	public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		boolean passesOn = (access & Opcodes.ACC_BRIDGE) != 0;
		boolean hasNoSelf = (access & Opcodes.ACC_STATIC) != 0;
		return (passesOn || hasNoSelf || mentionsSelf(descriptor)) ? null : new Caller(name, descriptor);
	}

	private boolean mentionsSelf(String descriptor) {
		return descriptor.contains("L" + this.self + ";");
	}

	/** One method that may call. */
	private final class Caller extends MethodVisitor {

		private final String signature;

		private final Set<String> calls = new TreeSet<>();

		private final String name;

		private boolean hasOthers;

		Caller(String name, String descriptor) {
			super(SpringAsmInfo.ASM_VERSION);
			this.name = name;
			this.signature = name + descriptor;
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String called, String descriptor, boolean ofInterface) {
			if (mentionsSelf(descriptor.substring(descriptor.indexOf(')')))) {
				this.hasOthers = true;
			}
			if (opcode != Opcodes.INVOKESTATIC) {
				call(owner, called, descriptor);
			}
		}

		@Override
		public void visitInvokeDynamicInsn(String called, String descriptor, Handle bootstrap, Object... arguments) {
			for (Object argument : arguments) {
				// A reference such as this::pay.
				if (argument instanceof Handle handle && handle.getTag() == Opcodes.H_INVOKEVIRTUAL) {
					call(handle.getOwner(), handle.getName(), handle.getDesc());
				}
			}
		}

		private void call(String owner, String called, String descriptor) {
			String signature = called + descriptor;
			if (owner.equals(SelfInvocations.this.self) && SelfInvocations.this.locked.contains(signature)
					&& !signature.equals(this.signature)) {
				this.calls.add(called);
			}
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			if (type.equals(SelfInvocations.this.self)) {
				this.hasOthers = true;
			}
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
			if (mentionsSelf(descriptor)) {
				this.hasOthers = true;
			}
		}

		@Override
		public void visitEnd() {
			if (!this.hasOthers) {
				this.calls.forEach((called) -> SelfInvocations.this.found.add(readable() + "() calls " + called));
			}
		}

		private String readable() {
			return (this.name.startsWith("lambda$")) ? this.name.split("\\$", -1)[1] : this.name;
		}

	}

}
