package org.anyarch.cli;

import java.io.IOException;

/// One command of `anyarch`.
interface Command {
  CommandSpec spec();

  /// Runs the command and returns what to exit with.
  int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException;
}
