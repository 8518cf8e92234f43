package org.anyarch.cli;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Shell completion, made from the specifications.
final class Completion {
  private Completion() {}

  /// A script for bash; zsh reads it too after `autoload -U bashcompinit && bashcompinit`.
  static String bash(Collection<Command> commands) {
    StringBuilder cases = new StringBuilder();
    for (Command command : commands) {
      String words =
          Stream.concat(
                  command.spec().options().stream(),
                  Stream.of(CommandSpec.HELP, CommandSpec.VERBOSE))
              .map(o -> "--" + o.name())
              .collect(Collectors.joining(" "));
      cases
          .append("    ")
          .append(command.spec().name())
          .append(") words='")
          .append(words)
          .append("' ;;\n");
    }
    String names = commands.stream().map(c -> c.spec().name()).collect(Collectors.joining(" "));
    return """
    # anyarch completion for bash: source it, or save it as bash-completion/completions/anyarch
    _anyarch() {
      local word=${COMP_WORDS[COMP_CWORD]} words=
      if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '%s --help --version' -- "$word"))
        return
      fi
      case ${COMP_WORDS[1]} in
    %s  esac
      case $word in
        -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
        *) COMPREPLY=($(compgen -f -- "$word")) ;;
      esac
    }
    complete -o filenames -F _anyarch anyarch
    """
        .formatted(names, cases);
  }
}
