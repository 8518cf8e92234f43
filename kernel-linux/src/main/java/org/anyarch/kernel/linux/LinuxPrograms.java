package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Programs;

/// execve(2), sigqueue(3).
final class LinuxPrograms implements Programs {
  private static final int SIG_SETMASK = 2;

  /// sigset_t of the GNU C library.
  private static final long SIGSET_SIZE = 128;

  /// REDIRECT of native/src/main/c/session.c.
  private static final int REDIRECT = 40;

  private static final int INIT = 1;

  private static final class Execve {
    static final MethodHandle HANDLE =
        LibC.function("execve", LibC.returningInt(ADDRESS, ADDRESS, ADDRESS));
  }

  private static final class SignalMask {
    static final MethodHandle HANDLE =
        LibC.function("pthread_sigmask", LibC.returningInt(JAVA_INT, ADDRESS, ADDRESS));
  }

  /// sigqueue's value is a union of int and pointer, passed as one register on every 64-bit Linux.
  private static final class Sigqueue {
    static final MethodHandle HANDLE =
        LibC.function("sigqueue", LibC.returningInt(JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  @Override
  public KernelException replace(
      Path program, List<String> arguments, Map<String, String> environment) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment argv = strings(arena, arguments);
      MemorySegment envp =
          strings(
              arena,
              environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
      MemorySegment none = arena.allocate(SIGSET_SIZE, 8);
      try {
        // HotSpot blocks SIGQUIT in every Java thread, and a mask survives exec; its handlers do
        // not.
        int ignored =
            (int) SignalMask.HANDLE.invokeExact(state, SIG_SETMASK, none, MemorySegment.NULL);
        assert ignored == 0 : "an empty mask is always accepted";
        int result =
            (int)
                Execve.HANDLE.invokeExact(
                    state, arena.allocateFrom(program.toString()), argv, envp);
        assert result < 0 : "execve returns only when it fails";
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      return new KernelException("start " + program, LibC.errno(state));
    }
  }

  private static MemorySegment strings(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    array.setAtIndex(ADDRESS, texts.size(), MemorySegment.NULL);
    return array;
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
