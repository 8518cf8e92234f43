package org.anyarch.host.emit;

import java.util.List;

/// A file that makes handlers last.
///
/// @param path where it belongs: absolute on a host, relative in a repository or wherever its user
///   keeps such files
/// @param mode its permissions
/// @param content its text, which ends in a line feed
/// @param how what puts it in force, in order: commands for a shell, and remarks that begin with
///   `#`
public record Emission(String path, int mode, String content, List<String> how) {
  static final int PLAIN = 0644;

  public Emission {
    how = List.copyOf(how);
  }
}
