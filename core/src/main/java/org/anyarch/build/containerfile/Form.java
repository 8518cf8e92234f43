package org.anyarch.build.containerfile;

import java.util.List;

/// What RUN, CMD, ENTRYPOINT and SHELL are given.
public sealed interface Form {
  /// `["program", "argument"]`
  record Exec(List<String> arguments) implements Form {
    public Exec {
      arguments = List.copyOf(arguments);
    }
  }

  /// A line for the shell.
  record Shell(String line) implements Form {}

  /// A heredoc that says with `#!` which program runs it.
  record Script(String name, String content) implements Form {}
}
