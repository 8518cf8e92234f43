package org.anyarch.build.containerfile;

/// A place in a Containerfile.
///
/// @param line from 1
/// @param column from 1
public record Location(String file, int line, int column) {
  /// As compilers write it: `Containerfile:12:5`.
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
