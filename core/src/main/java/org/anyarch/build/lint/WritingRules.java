package org.anyarch.build.lint;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Statement;
import org.anyarch.build.containerfile.Word;

/// Rules about how things are written.
final class WritingRules {
  private static final Pattern AS = Pattern.compile("\\s(as)\\s", Pattern.CASE_INSENSITIVE);

  private WritingRules() {}

  static void asCasing(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      Matcher as = AS.matcher(statement.line());
      if (statement.instruction() instanceof Instruction.From from
          && as.find()
          && isUpper(as.group(1)) != isUpper(statement.keyword())) {
        report.add(
            from.location(),
            "\"" + as.group(1) + "\" is not in the case of \"" + statement.keyword() + "\"");
      }
    }
  }

  private static boolean isUpper(String word) {
    return word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static boolean isLower(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT));
  }

  static void emptyContinuation(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      if (statement.hasGap()) {
        report.add(
            statement.instruction().location(), "an empty line within " + statement.keyword());
      }
    }
  }

  static void instructionCasing(Subject subject, Rule.Report report) {
    List<Statement> statements = subject.file().statements();
    long upper = statements.stream().filter(s -> isUpper(s.keyword())).count();
    long lower = statements.stream().filter(s -> isLower(s.keyword())).count();
    boolean wantsLower = lower > upper;
    for (Statement statement : statements) {
      String keyword = statement.keyword();
      if (wantsLower ? !isLower(keyword) : !isUpper(keyword)) {
        report.add(
            statement.instruction().location(),
            "\"" + keyword + "\" where most are " + (wantsLower ? "lower" : "upper") + " case");
      }
    }
  }

  static void maintainer(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      if (statement.instruction() instanceof Instruction.Maintainer maintainer) {
        report.add(maintainer.location(), "MAINTAINER is out of use; a label says it");
      }
    }
  }

  static void legacyPairs(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      String first =
          switch (statement.instruction()) {
            case Instruction.Env env -> env.pairs().getFirst().name().text();
            case Instruction.Label label -> label.pairs().getFirst().name().text();
            default -> "";
          };
      if (!first.isEmpty() && !statement.line().contains(first + "=")) {
        report.add(
            statement.instruction().location(),
            statement.keyword() + " " + first + " has its value behind a space, not behind =");
      }
    }
  }

  static void descriptions(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      String name =
          switch (statement.instruction()) {
            case Instruction.From from -> from.name();
            case Instruction.Arg arg -> arg.definitions().getFirst().name().text();
            default -> "";
          };
      if (!name.isEmpty()
          && !statement.comments().isEmpty()
          && statement.comments().stream().noneMatch(c -> c.startsWith(name + " "))) {
        report.add(
            statement.instruction().location(),
            "the comment before it does not begin with its name: # " + name + " …");
      }
    }
  }

  static void protocolCasing(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      if (statement.instruction() instanceof Instruction.Expose expose) {
        for (Word word : expose.ports()) {
          String protocol = word.text().substring(word.text().indexOf('/') + 1);
          if (word.text().contains("/") && !protocol.contains("$") && !isLower(protocol)) {
            report.add(expose.location(), "the protocol of " + word.text() + " is not lower case");
          }
        }
      }
    }
  }

  static void portMappings(Subject subject, Rule.Report report) {
    for (Statement statement : subject.file().statements()) {
      if (statement.instruction() instanceof Instruction.Expose expose) {
        for (Word word : expose.ports()) {
          if (word.text().contains(":") && !word.text().contains("$")) {
            report.add(
                expose.location(), word.text() + " has an address or a port of the host in it");
          }
        }
      }
    }
  }
}
