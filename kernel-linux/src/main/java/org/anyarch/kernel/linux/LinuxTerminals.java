package org.anyarch.kernel.linux;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.anyarch.kernel.Terminals;

/// ioctl_tty(2).
final class LinuxTerminals implements Terminals {
  /// TIOCGWINSZ of asm-generic/ioctls.h: the same on amd64, arm64, riscv64 and s390x.
  private static final long GET_WINDOW_SIZE = 0x5413;

  /// struct winsize: rows, columns, and two numbers of pixels.
  private static final long WINDOW_SIZE = 4 * JAVA_SHORT.byteSize();

  private static final class Ioctl {
    static final MethodHandle HANDLE = LibC.ioctl();
  }

  @Override
  public Optional<Size> size(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      MemorySegment window = arena.allocate(WINDOW_SIZE, JAVA_SHORT.byteAlignment());
      int result;
      try {
        result = (int) Ioctl.HANDLE.invokeExact(state, descriptor, GET_WINDOW_SIZE, window);
      } catch (Throwable t) {
        throw LibC.bug(t);
      }
      int rows = Short.toUnsignedInt(window.get(JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(window.get(JAVA_SHORT, JAVA_SHORT.byteSize()));
      return result < 0 || rows == 0 || columns == 0
          ? Optional.empty()
          : Optional.of(new Size(columns, rows));
    }
  }
}
