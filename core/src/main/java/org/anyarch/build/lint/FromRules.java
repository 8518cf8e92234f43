package org.anyarch.build.lint;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Expander;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Word;
import org.anyarch.text.Nearest;

/// Rules about FROM and the arguments before it.
final class FromRules {
  /// What FROM sees without any ARG.
  static final Set<String> AUTOMATIC =
      Set.of(
          "TARGETPLATFORM",
          "TARGETOS",
          "TARGETARCH",
          "TARGETVARIANT",
          "TARGETSTAGE",
          "BUILDPLATFORM",
          "BUILDOS",
          "BUILDARCH",
          "BUILDVARIANT");

  private FromRules() {}

  static void undefined(Subject subject, Rule.Report report) throws ContainerfileException {
    Set<String> declared = new TreeSet<>(AUTOMATIC);
    for (Instruction.Arg arg : subject.file().globals()) {
      arg.definitions().forEach(definition -> declared.add(definition.name().text()));
    }
    for (Containerfile.Stage stage : subject.file().stages()) {
      Instruction.From from = stage.from();
      Word platform = new Word(from.platform(), from.location());
      Set<String> missing = new LinkedHashSet<>();
      for (Word word : new Word[] {from.image(), platform}) {
        missing.addAll(Variables.missing(word, subject.file().escape(), declared));
      }
      for (String name : missing) {
        report.add(
            from.location(),
            "FROM uses $"
                + name
                + ", which no ARG before the first FROM declares"
                + Nearest.of(name, declared).map(n -> "; did you mean $" + n + "?").orElse(""));
      }
    }
  }

  static void redundantPlatform(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      if (stage.from().platform().matches("\"?\\$(TARGETPLATFORM|\\{TARGETPLATFORM})\"?")) {
        report.add(
            stage.from().location(),
            "--platform=" + stage.from().platform() + " is what holds without it");
      }
    }
  }

  static void basePlatform(Subject subject, Rule.Report report) {
    for (ForeignBase base : subject.foreignBases()) {
      report.add(
          base.location(),
          "the image " + base.image() + " is for " + base.own() + ", not for " + base.wanted());
    }
  }

  static void constantPlatform(Subject subject, Rule.Report report) {
    for (Containerfile.Stage stage : subject.file().stages()) {
      Instruction.From from = stage.from();
      String platform = from.platform();
      if (platform.isEmpty() || platform.contains("$")) {
        continue;
      }
      // A stage that is one of several, chosen by name, has to say what it is for.
      boolean saysSo = false;
      for (String part : platform.split("/", -1)) {
        saysSo |= !part.equals("linux") && !part.isEmpty() && from.name().contains(part);
      }
      if (!saysSo) {
        report.add(from.location(), "--platform=" + platform + " is a constant");
      }
    }
  }

  static void invalidDefault(Subject subject, Rule.Report report) throws ContainerfileException {
    Map<String, String> defaults = new HashMap<>();
    AUTOMATIC.forEach(name -> defaults.put(name, "x"));
    Set<String> without = new TreeSet<>();
    for (Instruction.Arg arg : subject.file().globals()) {
      for (Instruction.ArgDefinition definition : arg.definitions()) {
        String name = definition.name().text();
        String value =
            definition.hasDefault() ? expanded(subject, definition.value(), defaults) : "";
        defaults.put(name, value);
        if (value.isEmpty()) {
          without.add(name);
        }
      }
    }
    for (Containerfile.Stage stage : subject.file().stages()) {
      Instruction.From from = stage.from();
      Set<String> used = Variables.missing(from.image(), subject.file().escape(), Set.of());
      used.retainAll(without);
      String image = expanded(subject, from.image(), defaults);
      if (!used.isEmpty() && (image.isEmpty() || image.matches(".*[:/@-]|[:/@-].*"))) {
        report.add(
            from.location(),
            "without a value for "
                + String.join(", ", used)
                + " the image would be \""
                + image
                + "\"");
      }
    }
  }

  private static String expanded(Subject subject, Word word, Map<String, String> values)
      throws ContainerfileException {
    return new Expander(subject.file().escape(), name -> Optional.of(values.getOrDefault(name, "")))
        .expand(word.withoutDemands());
  }
}
