package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a standard stream is a terminal.
final class Terminal {
  private Terminal() {}

  static boolean is(int descriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return target.startsWith("/dev/pts") || target.toString().matches("/dev/(tty\\w*|console)");
    } catch (IOException closed) {
      return false;
    }
  }
}
