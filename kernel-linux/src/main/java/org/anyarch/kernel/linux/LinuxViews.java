package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Views;

/// setns(2) and chroot(2) on a thread that has its root and working folder for itself: the kernel
/// keeps these per thread once unshare(CLONE_FS) was called, and refuses another mount namespace to
/// a thread that shares them.
final class LinuxViews implements Views {
  // <linux/sched.h>, <fcntl.h>
  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;

  private static final class Unshare {
    static final MethodHandle HANDLE = LibC.function("unshare", LibC.returningInt(JAVA_INT));
  }

  private static final class SetNs {
    static final MethodHandle HANDLE =
        LibC.function("setns", LibC.returningInt(JAVA_INT, JAVA_INT));
  }

  private static final class Chroot {
    static final MethodHandle HANDLE = LibC.function("chroot", LibC.returningInt(ADDRESS));
  }

  private static final class Chdir {
    static final MethodHandle HANDLE = LibC.function("chdir", LibC.returningInt(ADDRESS));
  }

  private static final class Close {
    static final MethodHandle HANDLE = LibC.function("close", LibC.returningInt(JAVA_INT));
  }

  private static final class Open {
    static final MethodHandle HANDLE = LibC.open();
  }

  @Override
  public <T> T inMountNamespace(Path namespace, Work<T> work) throws IOException {
    return elsewhere(
        () -> {
          enter(namespace);
          return work.run();
        });
  }

  @Override
  public <T> T inRoot(Path root, Work<T> work) throws IOException {
    return elsewhere(
        () -> {
          change(root);
          return work.run();
        });
  }

  private static <T> T elsewhere(Callable<T> work) throws IOException {
    openClassPath();
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name("view").start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case KernelException refused -> throw refused;
        case IOException failed -> throw failed;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }

  /// Jars are opened when a class is first looked for in them, which must not happen where their
  /// paths lead elsewhere. Looking for what no jar has opens them all.
  private static void openClassPath() {
    if (ClassLoader.getSystemResource("org/anyarch/no-such-resource") != null) {
      throw new AssertionError("no such resource exists");
    }
  }

  private static void enter(Path namespace) throws KernelException {
    String action = "enter the mount namespace " + namespace;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      unshare(state, action);
      int descriptor;
      int result;
      try {
        descriptor =
            (int)
                Open.HANDLE.invokeExact(
                    state, arena.allocateFrom(namespace.toString()), O_RDONLY | O_CLOEXEC);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(descriptor, state, action);
      try {
        result = (int) SetNs.HANDLE.invokeExact(state, descriptor, CLONE_NEWNS);
        LibC.check(result, state, action);
        int closed = (int) Close.HANDLE.invokeExact(LibC.state(arena), descriptor);
        assert closed == 0 : "our own descriptor can be closed";
      } catch (KernelException e) {
        throw e;
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
    }
  }

  private static void change(Path root) throws KernelException {
    String action = "take " + root + " for the root folder";
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      unshare(state, action);
      int result;
      try {
        result = (int) Chroot.HANDLE.invokeExact(state, arena.allocateFrom(root.toString()));
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, action);
      try {
        result = (int) Chdir.HANDLE.invokeExact(state, arena.allocateFrom("/"));
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, action);
    }
  }

  private static void unshare(MemorySegment state, String action) throws KernelException {
    int result;
    try {
      result = (int) Unshare.HANDLE.invokeExact(state, CLONE_FS);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    LibC.check(result, state, action);
  }
}
