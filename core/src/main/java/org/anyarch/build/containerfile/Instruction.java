package org.anyarch.build.containerfile;

import java.util.List;
import java.util.Optional;

/// One instruction, nothing in it expanded yet.
public sealed interface Instruction {
  Location location();

  /// The whole instruction on one line, as histories and progress show it.
  String text();

  /// @param platform the value of --platform, or empty
  /// @param name the stage's name, or empty
  record From(Location location, String text, Word image, String platform, String name)
      implements Instruction {}

  /// @param value the default, or an empty word if `hasDefault` is false
  record ArgDefinition(Word name, Word value, boolean hasDefault) {}

  record Arg(Location location, String text, List<ArgDefinition> definitions)
      implements Instruction {}

  record Env(Location location, String text, List<Pair> pairs) implements Instruction {}

  record Label(Location location, String text, List<Pair> pairs) implements Instruction {}

  record Run(Location location, String text, Form form, RunFlags flags) implements Instruction {}

  record Cmd(Location location, String text, Form form) implements Instruction {}

  record Entrypoint(Location location, String text, Form form) implements Instruction {}

  record Shell(Location location, String text, List<String> arguments) implements Instruction {}

  /// COPY or ADD.
  ///
  /// @param documents sources that stand in the Containerfile itself
  record Copy(
      Location location,
      String text,
      boolean add,
      CopyFlags flags,
      List<Word> sources,
      List<Heredoc> documents,
      Word destination)
      implements Instruction {}

  record Workdir(Location location, String text, Word folder) implements Instruction {}

  record User(Location location, String text, Word user) implements Instruction {}

  record Expose(Location location, String text, List<Word> ports) implements Instruction {}

  record Volume(Location location, String text, List<Word> paths) implements Instruction {}

  record StopSignal(Location location, String text, Word signal) implements Instruction {}

  record Maintainer(Location location, String text, String name) implements Instruction {}

  /// @param command what is run, or empty for `NONE`
  record HealthCheck(Location location, String text, HealthOptions options, Optional<Form> command)
      implements Instruction {}

  /// @param expression what stands behind ONBUILD, heredocs included
  record OnBuild(Location location, String text, String expression) implements Instruction {}
}
