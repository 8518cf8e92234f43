package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Programs;

/// sigqueue(3).
final class LinuxPrograms implements Programs {
  /// REDIRECT of native/src/main/c/session.c.
  private static final int REDIRECT = 63;

  private static final int INIT = 1;

  /// sigqueue's value is a union of int and pointer, passed as one register on every 64-bit Linux.
  private static final class Sigqueue {
    static final MethodHandle HANDLE =
        LibC.function("sigqueue", LibC.returningInt(JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  @Override
  public void passSignalsTo(long pid) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int result;
      try {
        result = (int) Sigqueue.HANDLE.invokeExact(state, INIT, REDIRECT, pid);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "tell the session's init who gets signals");
    }
  }
}
