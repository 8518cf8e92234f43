package org.anyarch.build.containerfile;

import java.util.List;

/// One logical line: continuations joined, comments between them left out.
///
/// @param text what stands in it
/// @param lines for each character of `text`, and for its end, the line it came from
/// @param columns likewise the column
/// @param lastLine the last line that belongs to it, heredocs included
/// @param documents the heredocs that it begins, in order
/// @param comments the comments before it
/// @param hasGap whether an empty line stands among its continuations
@SuppressWarnings(
    "ArrayRecordComponent") // private to the parser, which never compares or changes them
record Line(
    String file,
    String text,
    int[] lines,
    int[] columns,
    int lastLine,
    List<Heredoc> documents,
    List<String> comments,
    boolean hasGap) {
  Line {
    documents = List.copyOf(documents);
    comments = List.copyOf(comments);
  }

  Location at(int index) {
    int i = Math.min(index, text.length());
    return new Location(file, lines[i], columns[i]);
  }

  /// The whole instruction, which begins at `index`.
  Location from(int index) {
    Location start = at(index);
    return new Location(file, start.line(), start.column(), lastLine);
  }
}
