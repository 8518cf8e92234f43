package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Expander;
import org.anyarch.build.containerfile.Form;
import org.anyarch.build.containerfile.HealthOptions;
import org.anyarch.build.containerfile.Heredoc;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Pair;
import org.anyarch.build.containerfile.Word;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.oci.Healthcheck;
import org.anyarch.oci.ImageConfig;

/// What is known at one line of a stage: settings, build arguments; it grows with every
/// instruction.
final class StageScope {
  static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  /// Usable in RUN without ARG, and never in the history.
  static final List<String> PREDEFINED =
      List.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy");

  private final char escape;
  private final Map<String, String> globals;
  private final Map<String, String> automatic;
  private final Map<String, String> buildArgs;
  private final Set<String> used;
  private final Map<String, String> arguments = new LinkedHashMap<>();
  private final ImageConfig base;
  private ExecutionParameters settings;
  private String author;
  private boolean cmdIsOwn;

  StageScope(
      char escape,
      ImageConfig base,
      Map<String, String> globals,
      Map<String, String> automatic,
      Map<String, String> buildArgs,
      Map<String, String> inherited,
      Set<String> used) {
    this.escape = escape;
    this.base = base;
    this.settings = base.parameters().withOnBuild(List.of());
    this.author = base.author();
    this.globals = globals;
    this.automatic = automatic;
    this.buildArgs = buildArgs;
    this.used = used;
    this.arguments.putAll(inherited);
  }

  /// The build arguments that stages made from this one inherit.
  Map<String, String> arguments() {
    return Collections.unmodifiableMap(arguments);
  }

  /// What the image says of itself, with all that the base says.
  ImageConfig result() {
    return base.withAuthor(author).withParameters(settings);
  }

  /// ENV wins over ARG.
  private Optional<String> lookup(String name) {
    String value = settings.variables().get(name);
    return Optional.ofNullable(value != null ? value : arguments.get(name));
  }

  private String expand(Word word) throws ContainerfileException {
    return new Expander(escape, this::lookup).expand(word);
  }

  private List<String> expand(List<Word> words) throws ContainerfileException {
    List<String> expanded = new ArrayList<>();
    for (Word word : words) {
      expanded.add(expand(word));
    }
    return expanded;
  }

  /// COPY --from sees the stage's variables and, as FROM does, the global ones.
  String expandGlobally(Word word) throws ContainerfileException {
    return new Expander(
            escape,
            name ->
                lookup(name)
                    .or(() -> Optional.ofNullable(globals.get(name)))
                    .or(() -> Optional.ofNullable(automatic.get(name))))
        .expand(word);
  }

  /// Takes an instruction in, and returns the step it comes to.
  Optional<PlannedStep> apply(Instruction instruction) throws ContainerfileException {
    return switch (instruction) {
      case Instruction.Arg arg -> {
        // As with ENV: every default of the line sees what there was before the line.
        Map<String, String> defined = new LinkedHashMap<>();
        for (Instruction.ArgDefinition definition : arg.definitions()) {
          define(definition, defined);
        }
        arguments.putAll(defined);
        yield metadata(arg);
      }
      case Instruction.Env env -> {
        // Every value of the line sees the environment from before the line.
        Map<String, String> values = settings.variables();
        values.putAll(pairs(env.pairs()));
        settings = settings.withVariables(values);
        yield metadata(env);
      }
      case Instruction.Label label -> {
        Map<String, String> values = settings.labels();
        values.putAll(pairs(label.pairs()));
        settings = settings.withLabels(values);
        yield metadata(label);
      }
      case Instruction.Cmd cmd -> {
        settings = settings.withCmd(command(cmd.form()));
        cmdIsOwn = true;
        yield metadata(cmd);
      }
      case Instruction.Entrypoint entrypoint -> {
        settings = settings.withEntrypoint(command(entrypoint.form()));
        // A command that came with the base was meant for the base's entrypoint.
        settings = cmdIsOwn ? settings : settings.withCmd(List.of());
        yield metadata(entrypoint);
      }
      case Instruction.Shell shell -> {
        settings = settings.withShell(shell.arguments());
        yield metadata(shell);
      }
      case Instruction.Workdir workdir -> Optional.of(workdir(workdir));
      case Instruction.User user -> {
        settings = settings.withUser(notEmpty(user.user(), "USER"));
        yield metadata(user);
      }
      case Instruction.Expose expose -> {
        Set<String> ports = settings.exposedPorts();
        for (Word word : expose.ports()) {
          for (String port : new Expander(escape, this::lookup).words(word)) {
            ports.addAll(Ports.parse(port, word.location()));
          }
        }
        settings = settings.withExposedPorts(ports);
        yield metadata(expose);
      }
      case Instruction.Volume volume -> {
        for (Word word : volume.paths()) {
          notEmpty(word, "VOLUME");
        }
        Set<String> volumes = settings.volumes();
        volumes.addAll(expand(volume.paths()));
        settings = settings.withVolumes(volumes);
        yield metadata(volume);
      }
      case Instruction.StopSignal stop -> {
        String signal = notEmpty(stop.signal(), "STOPSIGNAL");
        if (!StopSignals.has(signal)) {
          throw new ContainerfileException(
              stop.signal().location(), "STOPSIGNAL " + signal + " is no signal's name or number");
        }
        settings = settings.withStopSignal(signal);
        yield metadata(stop);
      }
      case Instruction.Maintainer maintainer -> {
        author = maintainer.name();
        yield metadata(maintainer);
      }
      case Instruction.HealthCheck check -> {
        settings = settings.withHealthcheck(Optional.of(healthcheck(check)));
        yield metadata(check);
      }
      case Instruction.OnBuild trigger -> {
        List<String> triggers = new ArrayList<>(settings.onBuild());
        triggers.add(trigger.expression());
        settings = settings.withOnBuild(triggers);
        // Histories do not tell of it, as BuildKit's do not.
        yield Optional.empty();
      }
      case Instruction.Copy _, Instruction.From _, Instruction.Run _ ->
          throw new IllegalArgumentException(instruction.text());
    };
  }

  private static Optional<PlannedStep> metadata(Instruction instruction) {
    return Optional.of(
        new PlannedStep.MetadataStep(
            instruction.location(), instruction.text(), instruction.text() + " # buildkit"));
  }

  private String notEmpty(Word word, String keyword) throws ContainerfileException {
    String value = expand(word);
    if (value.isEmpty()) {
      throw new ContainerfileException(word.location(), keyword + " " + word.text() + " is empty");
    }
    return value;
  }

  private Map<String, String> pairs(List<Pair> pairs) throws ContainerfileException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      values.put(expand(pair.name()), expand(pair.value()));
    }
    return values;
  }

  /// --build-arg, else the default, else what a global ARG or the platform gives.
  private void define(Instruction.ArgDefinition definition, Map<String, String> into)
      throws ContainerfileException {
    String name = definition.name().text();
    used.add(name);
    String given = buildArgs.get(name);
    if (given != null) {
      into.put(name, given);
    } else if (definition.hasDefault()) {
      into.put(name, expand(definition.value()));
    } else if (globals.containsKey(name)) {
      into.put(name, globals.getOrDefault(name, ""));
    } else if (automatic.containsKey(name)) {
      into.put(name, automatic.getOrDefault(name, ""));
    }
  }

  PlannedStep run(Instruction.Run run, MountPlan.Sources sources) throws ContainerfileException {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name : PREDEFINED) {
      String value = buildArgs.get(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.putAll(arguments);
    environment.putAll(settings.variables());
    List<String> shown = new ArrayList<>();
    arguments.forEach((name, value) -> shown.add(name + "=" + value));
    String before = shown.isEmpty() ? "" : "|" + shown.size() + " " + String.join(" ", shown) + " ";
    String createdBy = "RUN " + before + String.join(" ", command(run.form())) + " # buildkit";
    String folder = settings.workingDir().isEmpty() ? "/" : settings.workingDir();
    return new PlannedStep.RunStep(
        run.location(),
        run.text(),
        createdBy,
        command(run.form()),
        environment,
        folder,
        settings.user(),
        MountPlan.of(run, this::expand, folder, sources),
        run.form() instanceof Form.Script script
            ? List.of(new InlineFile(script.name(), script.content()))
            : List.of());
  }

  private static Healthcheck healthcheck(Instruction.HealthCheck check) {
    if (check.command().isEmpty()) {
      return Healthcheck.NONE;
    }
    List<String> test = new ArrayList<>();
    switch (check.command().get()) {
      case Form.Exec exec -> {
        test.add("CMD");
        test.addAll(exec.arguments());
      }
      case Form.Shell shell -> test.addAll(List.of("CMD-SHELL", shell.line()));
      case Form.Script _ -> throw new IllegalStateException(check.text());
    }
    HealthOptions options = check.options();
    return new Healthcheck(
        test,
        options.interval(),
        options.timeout(),
        options.startPeriod(),
        options.startInterval(),
        options.retries());
  }

  private List<String> command(Form form) {
    return switch (form) {
      case Form.Exec exec -> exec.arguments();
      case Form.Shell shell -> inShell(shell.line());
      case Form.Script script -> inShell(PlannedStep.RunStep.SCRIPTS + script.name());
    };
  }

  private List<String> inShell(String line) {
    List<String> command =
        new ArrayList<>(settings.shell().isEmpty() ? DEFAULT_SHELL : settings.shell());
    command.add(line);
    return command;
  }

  private PlannedStep workdir(Instruction.Workdir workdir) throws ContainerfileException {
    String folder = Paths.absolute(settings.workingDir(), notEmpty(workdir.folder(), "WORKDIR"));
    settings = settings.withWorkingDir(folder);
    return new PlannedStep.WorkdirStep(
        workdir.location(), workdir.text(), "WORKDIR " + folder, folder, settings.user());
  }

  PlannedStep copy(Instruction.Copy copy, CopySource source) throws ContainerfileException {
    return CopyPlanner.plan(copy, source, settings.workingDir(), this::expand, this::content);
  }

  private String content(Heredoc document) throws ContainerfileException {
    return document.expands()
        ? Expander.document(new Word(document.content(), document.location()), this::lookup)
        : document.content();
  }
}
