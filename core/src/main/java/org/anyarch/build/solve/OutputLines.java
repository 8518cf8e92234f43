package org.anyarch.build.solve;

import java.io.IOException;
import java.io.Reader;
import java.util.function.Consumer;

/// Divides what a program prints into lines as a terminal would show them: a carriage return starts
/// the line anew, as progress bars do.
///
/// @param lines told of each line, without its end
/// @param unfinished told of what there is of a line that has not ended
record OutputLines(Consumer<String> lines, Consumer<String> unfinished) {
  /// A line longer than this is told in parts: a program that prints no line ends must not fill the
  /// memory.
  private static final int LIMIT = 16 * 1024;

  private static final int BUFFER = 8 * 1024;

  void read(Reader program) throws IOException {
    StringBuilder line = new StringBuilder();
    boolean returned = false;
    char[] buffer = new char[BUFFER];
    for (int count = program.read(buffer); count >= 0; count = program.read(buffer)) {
      for (int i = 0; i < count; i++) {
        char c = buffer[i];
        if (c == '\r') {
          returned = true;
          continue;
        }
        if (returned && c != '\n') {
          line.setLength(0);
        }
        returned = false;
        if (c != '\n') {
          line.append(c);
        }
        if (c == '\n' || line.length() == LIMIT) {
          lines.accept(line.toString().stripTrailing());
          line.setLength(0);
        }
      }
      if (!line.isEmpty()) {
        unfinished.accept(line.toString());
      }
    }
    if (!line.isEmpty()) {
      lines.accept(line.toString());
    }
  }
}
