package org.anyarch.build.containerfile;

/// One logical line: continuations joined, comments between them left out.
///
/// @param text what stands in it
/// @param lines for each character of `text`, and for its end, the line it came from
/// @param columns likewise the column
@SuppressWarnings(
    "ArrayRecordComponent") // private to the parser, which never compares or changes them
record Line(String file, String text, int[] lines, int[] columns) {
  Location at(int index) {
    int i = Math.min(index, text.length());
    return new Location(file, lines[i], columns[i]);
  }
}
