package org.anyarch.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What this process is, and who gets its signals.
public interface Programs {
  /// execve(2) with a clean signal state: nothing blocked, all dispositions default. Does not
  /// return unless it fails.
  KernelException replace(Path program, List<String> arguments, Map<String, String> environment);

  /// Asks the session's init to pass the signals it gets for us on to process `pid` (sigqueue(3) to
  /// process 1, see native/src/main/c/session.c).
  void passSignalsTo(long pid) throws KernelException;
}
