package org.anyarch.cli;

import java.util.List;

/// `anyarch completion bash`.
final class CompletionCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "completion",
        "print a completion script for a shell",
        "bash",
        "Prints a script that completes anyarch's commands and options. zsh reads the one for bash after\n"
            + "\"autoload -U bashcompinit && bashcompinit\".",
        List.of(),
        false,
        List.of(new CommandSpec.Example("source <(anyarch completion bash)", "for this shell")));
  }

  @Override
  public int run(Arguments arguments, Context context) throws UsageException {
    if (!arguments.operands().equals(List.of("bash"))) {
      throw new UsageException("name a shell: bash");
    }
    context.out().print(Completion.bash(Main.commands().values()));
    return ExitCode.DONE;
  }
}
