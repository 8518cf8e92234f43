package org.anyarch.cli;

import java.util.List;

/// What a command looks like from outside; help, parsing and completion are made from it.
///
/// @param name as typed
/// @param summary one line for the list of commands
/// @param operands what follows the options, as the usage line shows it
/// @param description paragraphs below the usage line
/// @param options its own options; every command also has `--help`
/// @param passesThrough whether everything from the first operand on belongs to another program
/// @param examples command lines with what they do
record CommandSpec(
    String name,
    String summary,
    String operands,
    String description,
    List<Option> options,
    boolean passesThrough,
    List<Example> examples) {

  record Example(String line, String meaning) {}

  static final Option HELP = Option.flag("help", "print this help and exit").letter('h');
  static final Option VERBOSE =
      Option.flag("verbose", "also print the cause chain of an error").letter('v');

  /// For commands that print a table; not every command has one.
  static final Option JSON = Option.flag("json", "print it as JSON, for scripts");

  CommandSpec {
    options = List.copyOf(options);
    examples = List.copyOf(examples);
  }
}
