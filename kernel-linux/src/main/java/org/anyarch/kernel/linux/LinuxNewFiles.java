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
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;

/// open(2), write(2), fchown(2), fchmod(2), futimens(3), close(2), all with the same few pieces of
/// memory.
final class LinuxNewFiles implements NewFiles {
  // <fcntl.h>, the same on every architecture that Java runs on.
  private static final int O_WRONLY = 01;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_CLOEXEC = 02000000;

  private static final int OWNER_ONLY = 0600;
  private static final int BUFFER = 64 << 10;
  private static final int LONGEST_PATH = 4096;
  private static final int NONE = -1;
  private static final int EINTR = 4;

  private static final MethodHandle OPEN = LibC.openNew();
  private static final MethodHandle WRITE =
      LibC.function("write", LibC.returningLong(JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle FCHOWN =
      LibC.function("fchown", LibC.returningInt(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle FCHMOD =
      LibC.function("fchmod", LibC.returningInt(JAVA_INT, JAVA_INT));
  private static final MethodHandle FUTIMENS =
      LibC.function("futimens", LibC.returningInt(JAVA_INT, ADDRESS));
  private static final MethodHandle CLOSE = LibC.function("close", LibC.returningInt(JAVA_INT));

  private final MemorySegment state;
  private final MemorySegment name;
  private final MemorySegment times;
  private final MemorySegment buffer;
  private String path = "";
  private int descriptor = NONE;

  LinuxNewFiles() {
    // Given back with the last reference to it: there is nothing else here to be closed.
    Arena arena = Arena.ofAuto();
    state = LibC.state(arena);
    name = arena.allocate(LONGEST_PATH);
    times = arena.allocate(LinuxFileNodes.TIMESPEC, 2);
    buffer = arena.allocate(BUFFER);
  }

  @Override
  public void create(Path file) throws KernelException {
    if (descriptor != NONE) {
      throw new IllegalStateException(path + " is still open");
    }
    path = file.toString();
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= LONGEST_PATH) {
      throw new KernelException("make the file " + path, Errno.ENAMETOOLONG);
    }
    MemorySegment.copy(bytes, 0, name, JAVA_BYTE, 0, bytes.length);
    name.set(JAVA_BYTE, bytes.length, (byte) 0);
    int result;
    try {
      result =
          (int) OPEN.invokeExact(state, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    check(result, "make the file ");
    descriptor = result;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws KernelException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int count = Math.min(BUFFER, end - at);
      MemorySegment.copy(bytes, at, buffer, JAVA_BYTE, 0, count);
      write(count);
      at += count;
    }
  }

  /// A full disk and a signal make write(2) take less than it was given.
  private void write(int count) throws KernelException {
    for (long done = 0; done < count; ) {
      long result;
      try {
        result = (long) WRITE.invokeExact(state, descriptor, buffer.asSlice(done), count - done);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      if (result < 0 && LibC.errno(state).number() == EINTR) {
        continue;
      }
      check(result, "write ");
      done += result;
    }
  }

  @Override
  public void own(long uid, long gid) throws KernelException {
    int result;
    try {
      result = (int) FCHOWN.invokeExact(state, descriptor, (int) uid, (int) gid);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    if (result < 0) {
      throw new KernelException("give " + path + " to " + uid + ":" + gid, LibC.errno(state));
    }
  }

  @Override
  public void permit(int mode) throws KernelException {
    int result;
    try {
      result = (int) FCHMOD.invokeExact(state, descriptor, mode);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    check(result, "set the mode of ");
  }

  @Override
  public void touch(long epochSecond, int nano) throws KernelException {
    LinuxFileNodes.set(times, epochSecond, nano);
    int result;
    try {
      result = (int) FUTIMENS.invokeExact(state, descriptor, times);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    check(result, "set the times of ");
  }

  @Override
  public void close() throws KernelException {
    if (descriptor == NONE) {
      return;
    }
    int closing = descriptor;
    // Also when close(2) fails Linux has given the descriptor up.
    descriptor = NONE;
    int result;
    try {
      result = (int) CLOSE.invokeExact(state, closing);
    } catch (Throwable t) {
      throw LibC.bug(t);
    }
    check(result, "write ");
  }

  /// The words are put together only for a failure.
  private void check(long result, String action) throws KernelException {
    if (result < 0) {
      throw new KernelException(action + path, LibC.errno(state));
    }
  }
}
