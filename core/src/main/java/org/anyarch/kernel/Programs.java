package org.anyarch.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Replaces this process by another program.
public interface Programs {
  /// execve(2) with a clean signal state: nothing blocked, all dispositions default. Does not
  /// return unless it fails.
  KernelException replace(Path program, List<String> arguments, Map<String, String> environment);
}
