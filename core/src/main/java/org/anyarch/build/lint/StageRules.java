package org.anyarch.build.lint;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.Form;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.PathPattern;
import org.anyarch.build.containerfile.Word;

/// Rules about stages and what stands in them.
final class StageRules {
  private static final Set<String> RESERVED = Set.of("scratch", "context");

  private StageRules() {}

  static void nameCasing(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      String[] words = subject.file().statement(stage.from()).line().split("\\s+", -1);
      String written = words[words.length - 1];
      if (!stage.from().name().isEmpty() && !written.equals(written.toLowerCase(Locale.ROOT))) {
        report.add(
            stage.from().location(), "the name of the stage " + written + " is not lower case");
      }
    }
  }

  static void duplicates(Subject subject, Rule.Report report) {
    Set<String> names = new HashSet<>();
    for (Containerfile.Stage stage : subject.file().stages()) {
      String name = stage.from().name();
      if (!name.isEmpty() && !names.add(name)) {
        report.add(stage.from().location(), "there is a stage " + name + " already");
      }
    }
  }

  static void reserved(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      if (RESERVED.contains(stage.from().name())) {
        report.add(
            stage.from().location(),
            "the name " + stage.from().name() + " has a meaning of its own");
      }
    }
  }

  static void shellForms(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      if (stage.instructions().stream().anyMatch(Instruction.Shell.class::isInstance)) {
        continue;
      }
      for (Instruction instruction : stage.instructions()) {
        if (form(instruction).filter(Form.Shell.class::isInstance).isPresent()) {
          report.add(
              instruction.location(),
              keyword(instruction) + " starts a shell, which passes no signals on");
        }
      }
    }
  }

  private static Optional<Form> form(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Cmd cmd -> Optional.of(cmd.form());
      case Instruction.Entrypoint entrypoint -> Optional.of(entrypoint.form());
      default -> Optional.empty();
    };
  }

  private static String keyword(Instruction instruction) {
    return instruction.text().split(" ", 2)[0];
  }

  static void relativeWorkdir(Subject subject, Rule.Report report) {
    List<Containerfile.Stage> stages = subject.file().stages();
    Set<String> anchored = new HashSet<>();
    for (Containerfile.Stage stage : stages) {
      boolean known = anchored.contains(stage.from().image().text().toLowerCase(Locale.ROOT));
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Workdir workdir) {
          String folder = workdir.folder().text().replaceAll("^[\"']", "");
          if (folder.startsWith("/") || folder.startsWith("$")) {
            known = true;
          } else if (!known) {
            report.add(
                workdir.location(),
                "WORKDIR " + folder + " lies wherever the base image's folder does");
          }
        }
      }
      if (known && !stage.from().name().isEmpty()) {
        anchored.add(stage.from().name());
      }
    }
  }

  static void overridden(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      Map<String, Instruction> last = new LinkedHashMap<>();
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Cmd
            || instruction instanceof Instruction.Entrypoint
            || instruction instanceof Instruction.HealthCheck) {
          Instruction earlier = last.put(keyword(instruction), instruction);
          if (earlier != null) {
            report.add(
                earlier.location(),
                "a later " + keyword(instruction) + " of this stage takes its place");
          }
        }
      }
    }
  }

  static void ignoredFiles(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Copy copy
            && !copy.flags().values().containsKey("from")) {
          for (Word source : copy.sources()) {
            String path = source.text().replaceAll("^(\\./|/)+", "").replaceAll("/+$", "");
            if (isPlain(path) && subject.ignored().test(path)) {
              report.add(copy.location(), ".dockerignore hides " + source.text());
            }
          }
        }
      }
    }
  }

  /// Whether it is a path of the context as it stands there.
  private static boolean isPlain(String path) {
    return !path.isEmpty()
        && !path.equals(".")
        && !path.contains("$")
        && !path.contains("://")
        && !PathPattern.isPattern(path);
  }
}
