package org.anyarch.cli;

/// An option of a command.
///
/// @param name the long name without dashes
/// @param letter its one-letter form, or a blank for none
/// @param value what its value is called in help texts; empty for a switch
/// @param help one line, without a full stop
/// @param repeatable whether every occurrence counts; otherwise the last one does
record Option(String name, char letter, String value, String help, boolean repeatable) {
  private static final String OPTIONAL = "[=";

  static Option flag(String name, String help) {
    return new Option(name, ' ', "", help, false);
  }

  static Option of(String name, String value, String help) {
    return new Option(name, ' ', value, help, false);
  }

  static Option many(String name, String value, String help) {
    return new Option(name, ' ', value, help, true);
  }

  /// With a value only if one follows `=`.
  static Option optional(String name, String value, String help) {
    return new Option(name, ' ', OPTIONAL + value + "]", help, false);
  }

  Option letter(char letter) {
    return new Option(name, letter, value, help, repeatable);
  }

  boolean takesValue() {
    return !value.isEmpty();
  }

  boolean needsValue() {
    return takesValue() && !value.startsWith(OPTIONAL);
  }
}
