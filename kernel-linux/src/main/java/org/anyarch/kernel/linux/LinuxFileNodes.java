package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;

/// mknod(2), lchown(2), chmod(2), utimensat(2).
final class LinuxFileNodes implements FileNodes {
  // <sys/stat.h>
  private static final int S_IFIFO = 0010000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;

  // <fcntl.h>
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  /// ```
  /// struct timespec { time_t tv_sec; long tv_nsec; };
  /// ```
  static final StructLayout TIMESPEC =
      MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));

  private static final class Mknod {
    static final MethodHandle HANDLE =
        LibC.function("mknod", LibC.returningInt(ADDRESS, JAVA_INT, JAVA_LONG));
  }

  private static final class Chmod {
    static final MethodHandle HANDLE = LibC.function("chmod", LibC.returningInt(ADDRESS, JAVA_INT));
  }

  private static final class Lchown {
    static final MethodHandle HANDLE =
        LibC.function("lchown", LibC.returningInt(ADDRESS, JAVA_INT, JAVA_INT));
  }

  private static final class Utimensat {
    static final MethodHandle HANDLE =
        LibC.function("utimensat", LibC.returningInt(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  }

  @Override
  public void make(Path path, Kind kind, int mode, int major, int minor) throws KernelException {
    int type =
        switch (kind) {
          case FIFO -> S_IFIFO;
          case CHARACTER_DEVICE -> S_IFCHR;
          case BLOCK_DEVICE -> S_IFBLK;
        };
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment name = arena.allocateFrom(path.toString());
      int result;
      try {
        result = (int) Mknod.HANDLE.invokeExact(state, name, type | mode, device(major, minor));
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "make the special file " + path);
    }
    // The umask took part of the mode away.
    permit(path, mode);
  }

  @Override
  public void own(Path path, long uid, long gid) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int result;
      try {
        result =
            (int)
                Lchown.HANDLE.invokeExact(
                    state, arena.allocateFrom(path.toString()), (int) uid, (int) gid);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "give " + path + " to " + uid + ":" + gid);
    }
  }

  @Override
  public void permit(Path path, int mode) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int result;
      try {
        result = (int) Chmod.HANDLE.invokeExact(state, arena.allocateFrom(path.toString()), mode);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "set the mode of " + path);
    }
  }

  /// makedev(3) of the GNU C library: the major and minor number in interleaved parts.
  static long device(int major, int minor) {
    return ((major & 0xfffff000L) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | (minor & 0xffL);
  }

  @Override
  public void touch(Path path, long epochSecond, int nano) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment times = arena.allocate(TIMESPEC, 2);
      set(times, epochSecond, nano);
      int result;
      try {
        result =
            (int)
                Utimensat.HANDLE.invokeExact(
                    state,
                    AT_FDCWD,
                    arena.allocateFrom(path.toString()),
                    times,
                    AT_SYMLINK_NOFOLLOW);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "set the times of " + path);
    }
  }

  /// The access and the modification time, which are the same here.
  static void set(MemorySegment times, long epochSecond, int nano) {
    for (int i = 0; i < 2; i++) {
      times.set(JAVA_LONG, i * TIMESPEC.byteSize(), epochSecond);
      times.set(JAVA_LONG, i * TIMESPEC.byteSize() + 8, nano);
    }
  }

  @Override
  public NewFiles newFiles() {
    return new LinuxNewFiles();
  }
}
