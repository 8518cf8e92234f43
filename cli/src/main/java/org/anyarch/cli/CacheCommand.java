package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import org.anyarch.build.BuildException;
import org.anyarch.build.solve.Store;

/// `anyarch cache prune`.
final class CacheCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "cache",
        "remove what anyarch keeps and can make again",
        "prune",
        """
        Unpacked base images are kept below ANYARCH_HOME (default: anyarch in the user's cache folder), so that the next
        build or run need not unpack them, and so are the folders of RUN --mount=type=cache. Their files belong to several users, of which an ordinary user's shell can
        remove only some: this command removes all of them. Emulators stay.""",
        List.of(),
        false,
        List.of(
            new CommandSpec.Example(
                "anyarch cache prune", "remove all unpacked images and cache mounts")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException {
    if (!arguments.operands().equals(List.of("prune"))) {
      throw new UsageException("say what to do: prune");
    }
    // Without one, files of subordinate ids could not be removed and a part would stay.
    ForeignPrograms.session(context);
    try {
      Store.prune(context.home());
    } catch (BuildException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }
}
