package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;

/// Reads what ARG, ENV and LABEL set.
final class Assignments {
  private Assignments() {}

  static List<Instruction.ArgDefinition> definitions(LineCursor cursor)
      throws ContainerfileException {
    List<Instruction.ArgDefinition> definitions = new ArrayList<>();
    for (Word word : cursor.words()) {
      int equals = word.text().indexOf('=');
      String name = equals < 0 ? word.text() : word.text().substring(0, equals);
      if (!name.matches("[^\"'$]+")) {
        throw new ContainerfileException(
            word.location(), "ARG \"" + name + "\" is no name of a variable");
      }
      Word value = new Word(equals < 0 ? "" : word.text().substring(equals + 1), word.location());
      definitions.add(
          new Instruction.ArgDefinition(new Word(name, word.location()), value, equals >= 0));
    }
    return definitions;
  }

  /// `NAME=VALUE …`, or the old `NAME VALUE` where the value is all that follows.
  static List<Pair> pairs(String keyword, LineCursor cursor) throws ContainerfileException {
    cursor.skipSpace();
    int start = cursor.at();
    Word first = cursor.word();
    if (!first.text().contains("=")) {
      Word value = cursor.remainder();
      if (value.text().isEmpty()) {
        throw new ContainerfileException(
            first.location(),
            keyword + " " + first.text() + " has no value: " + keyword + " " + first.text() + "=…");
      }
      return List.of(new Pair(first, value));
    }
    cursor.goTo(start);
    List<Pair> pairs = new ArrayList<>();
    for (Word word : cursor.words()) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        throw new ContainerfileException(
            word.location(), "\"" + word.text() + "\" has no =; quote values that have spaces");
      }
      if (equals == 0) {
        throw new ContainerfileException(word.location(), keyword + " without a name before =");
      }
      pairs.add(
          new Pair(
              new Word(word.text().substring(0, equals), word.location()),
              new Word(word.text().substring(equals + 1), word.location())));
    }
    return pairs;
  }
}
