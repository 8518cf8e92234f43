package org.anyarch.kernel;

import java.nio.file.Path;
import java.util.List;

/// Extended attributes for tests that are about something else. Nothing reads or sets one.
public enum NoXattrs implements Xattrs {
  /// No file has any.
  NONE {
    @Override
    public List<String> list(Path path) {
      return List.of();
    }
  },

  /// No file is even looked at.
  UNSEEN {
    @Override
    public List<String> list(Path path) {
      throw new AssertionError(path);
    }
  };

  @Override
  public byte[] value(Path path, String name) {
    throw new AssertionError(path + ": " + name);
  }

  @Override
  public void set(Path path, String name, byte[] value) {
    throw new AssertionError(path + ": " + name);
  }
}
