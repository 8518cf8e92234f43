package org.anyarch.cli;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

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
          .append("' verbs='")
          .append(verbs(command.spec()))
          .append("' ;;\n");
    }
    String names = commands.stream().map(c -> c.spec().name()).collect(Collectors.joining(" "));
    String platforms =
        Guest.all().stream()
            .flatMap(g -> g.platform().stream())
            .map(Platform::toString)
            .collect(Collectors.joining(" "));
    // bash takes words apart at : and =, so that oci:DIR is three of them and --platform=X too.
    return """
    # anyarch completion for bash: source it, or save it as bash-completion/completions/anyarch
    _anyarch() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= verbs= head=
      if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '%s --help --version' -- "$word"))
        return
      fi
      case ${COMP_WORDS[1]} in
    %s  esac
      case $word in
        : | =) before=$word word= ;;
      esac
      if [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD-1]}
        [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD-2]}
      fi
      case $word in *,*) head=${word%%,*}, ;; esac
      case ${COMP_WORDS[1]}:$before:$word in
        *:--platform:* | emulator:path:*)
          compopt +o filenames 2>/dev/null
          COMPREPLY=($(compgen -P "$head" -W '%s' -- "${word##*,}"))
          ;;
        *:--accelerate:*) COMPREPLY=($(compgen -W 'exact compatible off' -- "$word")) ;;
        *:-*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
        *)
          if [ -n "$verbs" ]; then
            [ "$COMP_CWORD" -ne 2 ] || COMPREPLY=($(compgen -W "$verbs" -- "$word"))
          else
            COMPREPLY=($(compgen -f -- "$word"))
          fi
          ;;
      esac
    }
    complete -o filenames -F _anyarch anyarch
    """
        .formatted(names, cases, platforms);
  }

  /// The words that the usage line shows in small letters: `ls | fetch | path PLATFORM`.
  private static String verbs(CommandSpec spec) {
    return spec.passesThrough()
        ? ""
        : Stream.of(spec.operands().split("[^A-Za-z]+", -1))
            .filter(w -> w.matches("[a-z]+"))
            .collect(Collectors.joining(" "));
  }
}
