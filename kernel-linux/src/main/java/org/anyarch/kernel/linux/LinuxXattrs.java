package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Xattrs;

/// llistxattr(2), lgetxattr(2), lsetxattr(2).
final class LinuxXattrs implements Xattrs {
  /// XATTR_LIST_MAX and XATTR_SIZE_MAX of <linux/limits.h>.
  private static final long LIMIT = 65536;

  private static final class Names {
    static final MethodHandle HANDLE =
        LibC.function("llistxattr", LibC.returningLong(ADDRESS, ADDRESS, JAVA_LONG));
  }

  private static final class Get {
    static final MethodHandle HANDLE =
        LibC.function("lgetxattr", LibC.returningLong(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
  }

  private static final class Set {
    static final MethodHandle HANDLE =
        LibC.function(
            "lsetxattr", LibC.returningInt(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  @Override
  public List<String> list(Path path) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment name = arena.allocateFrom(path.toString());
      // Nearly every file has none: the first call asks for the size alone.
      long size = list(state, name, MemorySegment.NULL, 0, path);
      if (size == 0) {
        return List.of();
      }
      // The kernel's limit, not the size just heard: the list may have grown since.
      MemorySegment buffer = arena.allocate(LIMIT);
      size = list(state, name, buffer, LIMIT, path);
      String names = new String(buffer.asSlice(0, size).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
      List<String> sorted = new ArrayList<>();
      for (String one : names.split("\0", -1)) {
        if (!one.isEmpty()) {
          sorted.add(one);
        }
      }
      sorted.sort(null);
      return sorted;
    }
  }

  private static long list(
      MemorySegment state, MemorySegment name, MemorySegment buffer, long size, Path path)
      throws KernelException {
    long result;
    try {
      result = (long) Names.HANDLE.invokeExact(state, name, buffer, size);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    if (result < 0 && LibC.errno(state).equals(Errno.EOPNOTSUPP)) {
      return 0;
    }
    LibC.check(result, state, "list the extended attributes of " + path);
    return result;
  }

  @Override
  public byte[] value(Path path, String attribute) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment buffer = arena.allocate(LIMIT);
      long size;
      try {
        size =
            (long)
                Get.HANDLE.invokeExact(
                    state,
                    arena.allocateFrom(path.toString()),
                    arena.allocateFrom(attribute),
                    buffer,
                    LIMIT);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(size, state, "read the extended attribute " + attribute + " of " + path);
      return buffer.asSlice(0, size).toArray(JAVA_BYTE);
    }
  }

  @Override
  public void set(Path path, String attribute, byte[] value) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int result;
      try {
        result =
            (int)
                Set.HANDLE.invokeExact(
                    state,
                    arena.allocateFrom(path.toString()),
                    arena.allocateFrom(attribute),
                    arena.allocateFrom(JAVA_BYTE, value),
                    (long) value.length,
                    0);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      LibC.check(result, state, "set the extended attribute " + attribute + " of " + path);
    }
  }
}
