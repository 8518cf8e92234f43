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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Mounts;

/// mount(2), umount2(2), mount_setattr(2), and fsopen(2) with its kin.
final class LinuxMounts implements Mounts {
  // <sys/mount.h>
  private static final long MS_RDONLY = 1;
  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;
  private static final long MS_NOEXEC = 8;
  private static final long MS_BIND = 4096;
  private static final long MS_REC = 16384;
  private static final long MS_PRIVATE = 1 << 18;
  private static final int MNT_DETACH = 2;

  // <linux/mount.h>, <linux/fcntl.h>
  private static final long MOUNT_ATTR_RDONLY = 1;
  private static final long AT_RECURSIVE = 0x8000;
  private static final long AT_FDCWD = -100;

  private static final long FSOPEN_CLOEXEC = 1;
  private static final long FSCONFIG_SET_FLAG = 0;
  private static final long FSCONFIG_SET_STRING = 1;
  private static final long FSCONFIG_CMD_CREATE = 6;
  private static final long FSMOUNT_CLOEXEC = 1;
  private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;

  // Calls that have the same number on every architecture (since 5.1;
  // include/uapi/asm-generic/unistd.h).
  private static final long SYS_MOVE_MOUNT = 429;
  private static final long SYS_FSOPEN = 430;
  private static final long SYS_FSCONFIG = 431;
  private static final long SYS_FSMOUNT = 432;
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

  private static final class FsOpen {
    static final MethodHandle HANDLE = LibC.systemCall(ADDRESS, JAVA_LONG);
  }

  private static final class FsConfig {
    static final MethodHandle HANDLE =
        LibC.systemCall(JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
  }

  private static final class FsMount {
    static final MethodHandle HANDLE = LibC.systemCall(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  private static final class MoveMount {
    static final MethodHandle HANDLE =
        LibC.systemCall(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
  }

  private static final class Close {
    static final MethodHandle HANDLE = LibC.function("close", LibC.returningInt(JAVA_INT));
  }

  /// Not mount(2), which takes one page of options: too little for many layers.
  @Override
  public void overlay(List<Path> lower, Optional<Upper> upper, Path target) throws KernelException {
    String action = "mount an overlay of " + lower.size() + " layers on " + target;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment overlay = arena.allocateFrom("overlay");
      long context;
      try {
        context = (long) FsOpen.HANDLE.invokeExact(state, SYS_FSOPEN, overlay, FSOPEN_CLOEXEC);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(context, state, action);
      try {
        for (Path folder : lower) {
          configure(arena, context, FSCONFIG_SET_STRING, "lowerdir+", folder.toString(), action);
        }
        if (upper.isPresent()) {
          String folder = escaped(upper.get().folder());
          configure(arena, context, FSCONFIG_SET_STRING, "upperdir", folder, action);
          String work = escaped(upper.get().work());
          configure(arena, context, FSCONFIG_SET_STRING, "workdir", work, action);
          // Else its unmount waits until all that the machine has written is on the disk.
          configure(arena, context, FSCONFIG_SET_FLAG, "volatile", "", action);
        }
        configure(arena, context, FSCONFIG_SET_FLAG, "userxattr", "", action);
        configure(arena, context, FSCONFIG_CMD_CREATE, "", "", action);
        attach(arena, context, target, action);
      } finally {
        close(state, context);
      }
    }
  }

  /// overlayfs takes a backslash in these two options for an escape, and in lowerdir+ not.
  private static String escaped(Path folder) {
    return folder.toString().replace("\\", "\\\\");
  }

  /// An empty key or value is a null pointer.
  private static void configure(
      Arena arena, long context, long command, String key, String value, String action)
      throws KernelException {
    MemorySegment state = LibC.state(arena);
    MemorySegment name = key.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(key);
    MemorySegment text = value.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(value);
    long result;
    try {
      result =
          (long) FsConfig.HANDLE.invokeExact(state, SYS_FSCONFIG, context, command, name, text, 0L);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    LibC.check(result, state, action);
  }

  private static void attach(Arena arena, long context, Path target, String action)
      throws KernelException {
    MemorySegment state = LibC.state(arena);
    long mount;
    try {
      mount = (long) FsMount.HANDLE.invokeExact(state, SYS_FSMOUNT, context, FSMOUNT_CLOEXEC, 0L);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    LibC.check(mount, state, action);
    try {
      long result;
      try {
        result =
            (long)
                MoveMount.HANDLE.invokeExact(
                    state,
                    SYS_MOVE_MOUNT,
                    mount,
                    arena.allocateFrom(""),
                    AT_FDCWD,
                    arena.allocateFrom(target.toString()),
                    MOVE_MOUNT_F_EMPTY_PATH);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, action);
    } finally {
      close(state, mount);
    }
  }

  private static void close(MemorySegment state, long descriptor) {
    try {
      int result = (int) Close.HANDLE.invokeExact(state, (int) descriptor);
      assert result == 0 : "our own descriptor can be closed";
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
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

  @Override
  public void makePrivate(Path target) throws KernelException {
    call("none", target, "none", MS_PRIVATE, "", "make " + target + " private");
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
