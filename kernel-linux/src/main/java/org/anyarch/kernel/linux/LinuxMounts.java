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
import java.util.Set;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Mounts;

/// mount(2), umount2(2), mount_setattr(2).
final class LinuxMounts implements Mounts {
  // <sys/mount.h>
  private static final long MS_RDONLY = 1;
  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;
  private static final long MS_NOEXEC = 8;
  private static final long MS_BIND = 4096;
  private static final long MS_REC = 16384;
  private static final int MNT_DETACH = 2;

  // <linux/mount.h>, <linux/fcntl.h>
  private static final long MOUNT_ATTR_RDONLY = 1;
  private static final long AT_RECURSIVE = 0x8000;
  private static final long AT_FDCWD = -100;

  /// One of the calls that have the same number on every architecture (since 5.1;
  /// include/uapi/asm-generic/unistd.h).
  private static final long SYS_MOUNT_SETATTR = 442;

  /// ```
  /// struct mount_attr { __u64 attr_set; __u64 attr_clr; __u64 propagation; __u64 userns_fd; };
  /// ```
  static final StructLayout MOUNT_ATTR =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("attr_set"),
          JAVA_LONG.withName("attr_clr"),
          JAVA_LONG.withName("propagation"),
          JAVA_LONG.withName("userns_fd"));

  private static final class Mount {
    static final MethodHandle HANDLE =
        LibC.function("mount", LibC.returningInt(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  }

  private static final class Unmount {
    static final MethodHandle HANDLE =
        LibC.function("umount2", LibC.returningInt(ADDRESS, JAVA_INT));
  }

  private static final class SetAttributes {
    static final MethodHandle HANDLE =
        LibC.systemCall(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
  }

  @Override
  public void mount(String source, Path target, String type, Set<Flag> flags, String data)
      throws KernelException {
    long bits = 0;
    for (Flag flag : flags) {
      bits |=
          switch (flag) {
            case READ_ONLY -> MS_RDONLY;
            case NO_SUID -> MS_NOSUID;
            case NO_DEV -> MS_NODEV;
            case NO_EXEC -> MS_NOEXEC;
          };
    }
    call(source, target, type, bits, data, "mount " + type + " on " + target);
  }

  @Override
  public void bind(Path source, Path target, boolean recursive) throws KernelException {
    call(
        source.toString(),
        target,
        "none",
        MS_BIND | (recursive ? MS_REC : 0),
        "",
        "bind " + source + " to " + target);
  }

  private static void call(
      String source, Path target, String type, long flags, String data, String action)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int result;
      try {
        result =
            (int)
                Mount.HANDLE.invokeExact(
                    state,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target.toString()),
                    arena.allocateFrom(type),
                    flags,
                    arena.allocateFrom(data));
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, action);
    }
  }

  @Override
  public void makeReadOnly(Path target) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment attributes = arena.allocate(MOUNT_ATTR);
      attributes.set(JAVA_LONG, 0, MOUNT_ATTR_RDONLY);
      long result;
      try {
        result =
            (long)
                SetAttributes.HANDLE.invokeExact(
                    state,
                    SYS_MOUNT_SETATTR,
                    AT_FDCWD,
                    arena.allocateFrom(target.toString()),
                    AT_RECURSIVE,
                    attributes,
                    MOUNT_ATTR.byteSize());
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "make " + target + " read-only");
    }
  }

  @Override
  public void unmount(Path target) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int result;
      try {
        result =
            (int)
                Unmount.HANDLE.invokeExact(
                    state, arena.allocateFrom(target.toString()), MNT_DETACH);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "unmount " + target);
    }
  }
}
