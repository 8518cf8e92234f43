package org.anyarch.build.containerfile;

/// A place in a Containerfile.
///
/// @param line from 1
/// @param column from 1
/// @param lastLine where what begins here ends; an instruction has several lines, a word has one
public record Location(String file, int line, int column, int lastLine) {
  public Location(String file, int line, int column) {
    this(file, line, column, line);
  }

  /// As compilers write it: `Containerfile:12:5`.
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
