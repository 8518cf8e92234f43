package org.anyarch.session;

import java.io.IOException;

/// Knows which files a session runs.
public interface Executables {
  /// Whether a file is run, by a handler or by the machine itself.
  ///
  /// @param head the file's first bytes, as many as the kernel looks at, or all it has
  /// @param path the path it is started by
  boolean run(byte[] head, String path) throws IOException, InterruptedException;
}
