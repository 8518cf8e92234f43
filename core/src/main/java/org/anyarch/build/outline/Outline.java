package org.anyarch.build.outline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Expander;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.build.containerfile.MountFlag;
import org.anyarch.build.containerfile.Word;

/// What the build of a stage takes: from itself and from the stages it needs.
///
/// @param name the stage's name, or empty
/// @param description what the comment before it says, or empty
public record Outline(
    String name,
    String description,
    List<Argument> arguments,
    List<Needed> secrets,
    List<Needed> agents) {
  /// A build argument.
  ///
  /// @param value what it has in this build; empty if nothing gives it one
  public record Argument(String name, String description, String value, Location location) {}

  /// A secret or an SSH agent.
  ///
  /// @param isRequired whether the build fails without it
  public record Needed(String name, boolean isRequired, Location location) {}

  public Outline {
    arguments = List.copyOf(arguments);
    secrets = List.copyOf(secrets);
    agents = List.copyOf(agents);
  }

  /// @param target the name or number of the stage; empty for the last
  /// @param buildArgs values for ARG
  /// @throws ContainerfileException if there is no such stage
  public static Outline of(Containerfile file, String target, Map<String, String> buildArgs)
      throws ContainerfileException {
    return new Reading(file, buildArgs).outline(target);
  }

  private static final class Reading {
    private final Containerfile file;
    private final Map<String, String> buildArgs;
    private final Map<String, Argument> globals = new LinkedHashMap<>();
    private final Map<String, Argument> arguments = new LinkedHashMap<>();
    private final Map<String, Needed> secrets = new LinkedHashMap<>();
    private final Map<String, Needed> agents = new LinkedHashMap<>();

    Reading(Containerfile file, Map<String, String> buildArgs) {
      this.file = file;
      this.buildArgs = buildArgs;
    }

    Outline outline(String target) throws ContainerfileException {
      int last = file.stages().size() - 1;
      int index = last;
      if (!target.isEmpty()) {
        index =
            file.stageNamed(target, last + 1)
                .orElseThrow(
                    () ->
                        new ContainerfileException(
                            file.stages().getLast().from().location(),
                            "there is no stage " + target));
      }
      for (Instruction.Arg arg : file.globals()) {
        define(arg, globals);
      }
      for (int needed : needed(index)) {
        read(file.stages().get(needed));
      }
      Instruction.From from = file.stages().get(index).from();
      return new Outline(
          from.name(),
          file.statement(from).description(from.name()),
          List.copyOf(arguments.values()),
          List.copyOf(secrets.values()),
          List.copyOf(agents.values()));
    }

    /// The stage and all that it needs, in the order of the file.
    private SortedSet<Integer> needed(int target) {
      SortedSet<Integer> found = new TreeSet<>();
      List<Integer> open = new ArrayList<>(List.of(target));
      while (!open.isEmpty()) {
        int index = open.removeLast();
        if (found.add(index)) {
          Containerfile.Stage stage = file.stages().get(index);
          List<String> names = new ArrayList<>(List.of(stage.from().image().text()));
          for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Instruction.Copy copy
                && copy.flags().values().containsKey("from")) {
              names.add(copy.flags().values().get("from").text());
            } else if (instruction instanceof Instruction.Run run) {
              run.flags().mounts().forEach(mount -> names.add(mount.from()));
            }
          }
          names.forEach(name -> file.stageNamed(name, index).ifPresent(open::add));
        }
      }
      return found;
    }

    private void read(Containerfile.Stage stage) throws ContainerfileException {
      for (Argument global : globals.values()) {
        String used = stage.from().image().text() + " " + stage.from().platform();
        if (used.matches(".*\\$\\{?" + Pattern.quote(global.name()) + "\\b.*")) {
          arguments.putIfAbsent(global.name(), global);
        }
      }
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Arg arg) {
          define(arg, arguments);
        } else if (instruction instanceof Instruction.Run run) {
          for (MountFlag flag : run.flags().mounts()) {
            mount(flag.mount(word -> expanded(word, arguments)), run.location());
          }
        }
      }
    }

    private void define(Instruction.Arg arg, Map<String, Argument> into)
        throws ContainerfileException {
      for (Instruction.ArgDefinition definition : arg.definitions()) {
        String name = definition.name().text();
        Argument global = globals.get(name);
        String value = global == null ? "" : global.value();
        if (buildArgs.containsKey(name)) {
          value = buildArgs.getOrDefault(name, "");
        } else if (definition.hasDefault()) {
          value = expanded(definition.value(), into);
        }
        String said = file.statement(arg).description(name);
        String description = said.isEmpty() && global != null ? global.description() : said;
        into.putIfAbsent(name, new Argument(name, description, value, arg.location()));
      }
    }

    private String expanded(Word word, Map<String, Argument> known) throws ContainerfileException {
      Map<String, String> values = new HashMap<>();
      globals.forEach((name, argument) -> values.put(name, argument.value()));
      known.forEach((name, argument) -> values.put(name, argument.value()));
      return new Expander(file.escape(), name -> Optional.ofNullable(values.get(name)))
          .expand(word.withoutDemands());
    }

    private void mount(Mount mount, Location location) {
      switch (mount) {
        case Mount.Secret secret ->
            secrets.merge(
                secret.id(), new Needed(secret.id(), secret.required(), location), Reading::either);
        case Mount.Ssh ssh ->
            agents.merge(ssh.id(), new Needed(ssh.id(), ssh.required(), location), Reading::either);
        case Mount.Bind _, Mount.Cache _, Mount.Tmpfs _ -> {}
      }
    }

    private static Needed either(Needed first, Needed second) {
      return new Needed(first.name(), first.isRequired() || second.isRequired(), first.location());
    }
  }
}
