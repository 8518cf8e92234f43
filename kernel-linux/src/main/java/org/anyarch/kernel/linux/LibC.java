package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;

/// How functions of the C library are called: every call has an arena and an errno of its own, so
/// that no other thread's failure is ever taken for ours.
final class LibC {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private LibC() {}

  /// A handle for the function; its first parameter is the segment that receives errno.
  @SuppressWarnings("restricted")
  static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  /// A handle for syscall(2), which is variadic after the number.
  @SuppressWarnings("restricted")
  static MethodHandle systemCall(MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
    all[0] = JAVA_LONG;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(JAVA_LONG, all),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(1));
  }

  /// A handle for open(2), which is variadic after the flags.
  @SuppressWarnings("restricted")
  static MethodHandle open() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("open"),
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(2));
  }

  /// A handle for open(2) of a file that is made, with its mode behind the flags.
  @SuppressWarnings("restricted")
  static MethodHandle openNew() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("open"),
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(2));
  }

  /// A handle for ioctl(2) with a pointer, which is variadic after the request.
  @SuppressWarnings("restricted")
  static MethodHandle ioctl() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("ioctl"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(2));
  }

  static FunctionDescriptor returningInt(MemoryLayout... parameters) {
    return FunctionDescriptor.of(JAVA_INT, parameters);
  }

  static FunctionDescriptor returningLong(MemoryLayout... parameters) {
    return FunctionDescriptor.of(JAVA_LONG, parameters);
  }

  static MemorySegment state(Arena arena) {
    return arena.allocate(STATE);
  }

  static Errno errno(MemorySegment state) {
    return new Errno((int) ERRNO.get(state, 0L));
  }

  /// Throws what the kernel said if the call returned a negative number.
  static void check(long result, MemorySegment state, String action) throws KernelException {
    if (result < 0) {
      throw new KernelException(action, errno(state));
    }
  }

  /// A handle was called with types other than its own.
  static AssertionError bug(Throwable thrown) {
    return new AssertionError("wrong signature of a C function", thrown);
  }
}
