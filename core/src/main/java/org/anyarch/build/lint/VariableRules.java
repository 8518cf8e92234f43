package org.anyarch.build.lint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Expander;
import org.anyarch.build.containerfile.Heredoc;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Pair;
import org.anyarch.build.containerfile.Word;
import org.anyarch.text.Nearest;

/// Rules about ARG, ENV and where their values are used.
final class VariableRules {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?:.*_)?(apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_.*)?");
  private static final Pattern NO_SECRET = Pattern.compile("(?i)(?:.*_)?public(?:_.*)?");

  /// Usable without ARG.
  private static final Set<String> PREDEFINED =
      Set.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

  private VariableRules() {}

  static void secrets(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      for (Instruction instruction : stage.instructions()) {
        for (String name : defined(instruction)) {
          if (SECRET.matcher(name).matches() && !NO_SECRET.matcher(name).matches()) {
            report.add(
                instruction.location(),
                instruction.text().split(" ", 2)[0] + " " + name + " looks like a secret");
          }
        }
      }
    }
  }

  private static List<String> defined(Instruction instruction) {
    List<String> names = new ArrayList<>();
    switch (instruction) {
      case Instruction.Arg arg -> arg.definitions().forEach(d -> names.add(d.name().text()));
      case Instruction.Env env -> env.pairs().forEach(p -> names.add(p.name().text()));
      default -> {}
    }
    return names;
  }

  /// What is known at one line of a stage.
  ///
  /// @param isWhole whether nothing else can be set; false below an image that is not known
  private record Scope(Set<String> names, boolean isWhole) {}

  static void undefined(Subject subject, Rule.Report report) throws ContainerfileException {
    Map<String, Scope> stages = new HashMap<>();
    for (Containerfile.Stage stage : subject.file().stages()) {
      Scope base = base(subject, stage.from().image().text(), stages);
      Scope scope = new Scope(new TreeSet<>(base.names()), base.isWhole());
      for (Instruction instruction : stage.instructions()) {
        for (Word word : expanded(instruction)) {
          report(subject, instruction, word, scope, report);
        }
        if (instruction instanceof Instruction.Copy copy) {
          for (Heredoc document : copy.documents()) {
            if (document.expands()) {
              heredoc(copy, document, scope, report);
            }
          }
        }
        scope.names().addAll(defined(instruction));
      }
      if (!stage.from().name().isEmpty()) {
        stages.put(stage.from().name(), scope);
      }
    }
  }

  private static Scope base(Subject subject, String image, Map<String, Scope> stages) {
    Scope below = stages.get(image.toLowerCase(Locale.ROOT));
    if (below != null) {
      return below;
    }
    Set<String> names = new TreeSet<>(PREDEFINED);
    PREDEFINED.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.add("PATH");
    if (image.equals("scratch")) {
      return new Scope(names, true);
    }
    Optional<Set<String>> known = subject.imageVariables().apply(image);
    known.ifPresent(names::addAll);
    return new Scope(names, known.isPresent());
  }

  /// The words of an instruction that are expanded.
  private static List<Word> expanded(Instruction instruction) {
    List<Word> words = new ArrayList<>();
    switch (instruction) {
      case Instruction.Arg arg -> arg.definitions().forEach(d -> words.add(d.value()));
      case Instruction.Env env -> values(env.pairs(), words);
      case Instruction.Label label -> values(label.pairs(), words);
      case Instruction.Copy copy -> {
        words.addAll(copy.sources());
        words.add(copy.destination());
      }
      case Instruction.Workdir workdir -> words.add(workdir.folder());
      case Instruction.User user -> words.add(user.user());
      case Instruction.Expose expose -> words.addAll(expose.ports());
      case Instruction.Volume volume -> words.addAll(volume.paths());
      case Instruction.StopSignal stop -> words.add(stop.signal());
      case Instruction.From _,
          Instruction.Run _,
          Instruction.Cmd _,
          Instruction.Entrypoint _,
          Instruction.Shell _,
          Instruction.Maintainer _,
          Instruction.HealthCheck _,
          Instruction.OnBuild _ -> {}
    }
    return words;
  }

  private static void values(List<Pair> pairs, List<Word> into) {
    for (Pair pair : pairs) {
      into.add(pair.name());
      into.add(pair.value());
    }
  }

  private static void report(
      Subject subject, Instruction instruction, Word word, Scope scope, Rule.Report report)
      throws ContainerfileException {
    Set<String> missing = Variables.missing(word, subject.file().escape(), scope.names());
    report(instruction, missing, scope, report);
  }

  private static void heredoc(
      Instruction instruction, Heredoc document, Scope scope, Rule.Report report)
      throws ContainerfileException {
    Set<String> missing = new TreeSet<>();
    Expander.document(
        new Word(document.content(), document.location()),
        name -> {
          if (!scope.names().contains(name) && name.matches("[A-Za-z_].*")) {
            missing.add(name);
          }
          return Optional.of(name);
        });
    report(instruction, missing, scope, report);
  }

  /// Below an image that is not known only what looks like a slip is reported.
  private static void report(
      Instruction instruction, Set<String> missing, Scope scope, Rule.Report report) {
    for (String name : missing) {
      Optional<String> slip =
          scope.names().stream().filter(other -> isSlip(name, other)).findFirst();
      if (scope.isWhole() || slip.isPresent()) {
        Optional<String> near = slip.or(() -> Nearest.of(name, scope.names()));
        report.add(
            instruction.location(),
            "$"
                + name
                + " is not set here"
                + near.map(n -> "; did you mean $" + n + "?").orElse(""));
      }
    }
  }

  private static boolean isSlip(String name, String other) {
    String mine = name.replace("_", "").toLowerCase(Locale.ROOT);
    String theirs = other.replace("_", "").toLowerCase(Locale.ROOT);
    return mine.equals(theirs) || mine.equals(theirs + "s") || theirs.equals(mine + "s");
  }
}
