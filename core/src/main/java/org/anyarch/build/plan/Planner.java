package org.anyarch.build.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Expander;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.containerfile.Word;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.oci.ImageConfig;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;

/// Plans one platform of a build.
public final class Planner {
  private final Containerfile file;
  private final PlanRequest request;
  private final Map<String, String> automatic;
  private final Map<String, String> globals = new LinkedHashMap<>();
  private final Map<Integer, PlannedStage> planned = new TreeMap<>();
  private final Map<Integer, Map<String, String>> arguments = new HashMap<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<Plan.ForeignBase> foreign = new LinkedHashSet<>();

  private Planner(Containerfile file, PlanRequest request) {
    this.file = file;
    this.request = request;
    this.automatic = automatic(request.target(), request.build());
  }

  /// @throws ContainerfileException with the place of what cannot be planned
  public static Plan plan(Containerfile file, PlanRequest request) throws ContainerfileException {
    return new Planner(file, request).plan();
  }

  private Plan plan() throws ContainerfileException {
    for (Instruction.Arg arg : file.globals()) {
      for (Instruction.ArgDefinition definition : arg.definitions()) {
        define(definition);
      }
    }
    int target = targetStage();
    stage(target);
    for (String name : new TreeSet<>(request.buildArgs().keySet())) {
      if (!used.contains(name) && !StageScope.PREDEFINED.contains(name)) {
        warnings.add(
            "the build argument "
                + name
                + " is not used: no ARG "
                + name
                + " in the Containerfile");
      }
    }
    return new Plan(
        new ArrayList<>(planned.values()), new ArrayList<>(warnings), new ArrayList<>(foreign));
  }

  /// What FROM sees, and the ARGs before it.
  private Optional<String> global(String name) {
    return Optional.ofNullable(globals.getOrDefault(name, automatic.get(name)));
  }

  private void define(Instruction.ArgDefinition definition) throws ContainerfileException {
    String name = definition.name().text();
    used.add(name);
    if (request.buildArgs().containsKey(name)) {
      globals.put(name, request.buildArgs().getOrDefault(name, ""));
    } else if (definition.hasDefault()) {
      globals.put(name, new Expander(file.escape(), this::global).expand(definition.value()));
    }
  }

  private Map<String, String> automatic(Platform target, Platform build) {
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, Platform> entry : Map.of("TARGET", target, "BUILD", build).entrySet()) {
      Platform platform = entry.getValue();
      values.put(entry.getKey() + "PLATFORM", platform.toString());
      values.put(entry.getKey() + "OS", platform.os());
      values.put(entry.getKey() + "ARCH", platform.architecture());
      values.put(entry.getKey() + "VARIANT", platform.variant());
    }
    values.put("TARGETSTAGE", request.targetStage().isEmpty() ? "default" : request.targetStage());
    return values;
  }

  private int targetStage() throws ContainerfileException {
    String wanted = request.targetStage();
    if (wanted.isEmpty()) {
      return file.stages().size() - 1;
    }
    Optional<Integer> found = file.stageNamed(wanted, file.stages().size());
    return found.orElseThrow(
        () ->
            new ContainerfileException(
                file.stages().getLast().from().location(),
                "there is no stage " + wanted + " to build"));
  }

  /// Plans the stage and what it needs. Only earlier stages can be needed, so this ends.
  private PlannedStage stage(int index) throws ContainerfileException {
    PlannedStage done = planned.get(index);
    if (done != null) {
      return done;
    }
    Containerfile.Stage stage = file.stages().get(index);
    Expander global = new Expander(file.escape(), this::global);
    Platform platform = platform(stage.from(), global);
    String image = global.expand(stage.from().image());
    if (image.isEmpty()) {
      throw new ContainerfileException(
          stage.from().image().location(),
          "FROM " + stage.from().image().text() + " is empty; give the ARG a value");
    }
    boolean replaced = isNamed(stage.from().name());
    if (replaced) {
      image = stage.from().name();
    }
    BaseReference base = base(image, index);
    Map<String, String> inherited = Map.of();
    if (base instanceof BaseReference.Stage reference) {
      // Build arguments of a stage are those of the stages made from it; its platform is theirs.
      platform = platformOf(stage(reference.index()), platform, stage.from());
      inherited = arguments.getOrDefault(reference.index(), Map.of());
    }
    if (base instanceof BaseReference.Image reference) {
      platform = platformOf(reference, platform, stage.from().location());
    }
    ImageConfig below = below(base, platform, stage.from());
    StageScope scope =
        new StageScope(
            file.escape(), below, globals, automatic, request.buildArgs(), inherited, used);
    List<PlannedStep> steps = new ArrayList<>();
    if (isFolder(image, index)) {
      steps.add(whole(image, stage.from()));
    }
    for (String trigger : replaced ? List.<String>of() : below.parameters().onBuild()) {
      Instruction instruction = Containerfile.trigger(trigger, "ONBUILD of " + image);
      step(instruction, scope, index).ifPresent(steps::add);
    }
    for (Instruction instruction : replaced ? List.<Instruction>of() : stage.instructions()) {
      step(instruction, scope, index).ifPresent(steps::add);
    }
    String name = stage.from().name().isEmpty() ? "stage-" + index : stage.from().name();
    PlannedStage result = new PlannedStage(index, name, platform, base, steps, scope.result());
    planned.put(index, result);
    arguments.put(index, scope.arguments());
    return result;
  }

  private Platform platform(Instruction.From from, Expander global) throws ContainerfileException {
    if (from.platform().isEmpty()) {
      return request.target();
    }
    String text = global.expand(new Word(from.platform(), from.location()));
    try {
      return Platform.parse(text);
    } catch (PlatformException e) {
      throw new ContainerfileException(
          from.location(), "--platform=" + from.platform() + ": " + e.getMessage(), e);
    }
  }

  private Platform platformOf(PlannedStage below, Platform wanted, Instruction.From from)
      throws ContainerfileException {
    if (below.platform().normalized().equals(wanted.normalized())) {
      return below.platform();
    }
    String difference =
        "the stage " + below.name() + " is built for " + below.platform() + ", not for " + wanted;
    if (!from.platform().isEmpty()) {
      throw new ContainerfileException(from.location(), difference);
    }
    warnings.add(from.location() + ": " + difference + ", and so is what is made FROM it");
    return below.platform();
  }

  private Platform platformOf(BaseReference.Image image, Platform wanted, Location location)
      throws ContainerfileException {
    try {
      Platform own = request.images().platform(image, wanted);
      if (!own.equals(wanted)) {
        foreign.add(new Plan.ForeignBase(location, image.name(), wanted, own));
      }
      return own;
    } catch (IOException e) {
      throw new ContainerfileException(location, "FROM " + image.name() + ": " + e.getMessage(), e);
    }
  }

  private boolean isNamed(String stageName) {
    return request.namedFolders().contains(stageName) || request.namedImages().contains(stageName);
  }

  private BaseReference base(String image, int index) {
    if (image.equals("scratch") || isFolder(image, index)) {
      return new BaseReference.Scratch();
    }
    Optional<Integer> stage = stageBelow(image, index);
    return stage.isPresent()
        ? new BaseReference.Stage(stage.get())
        : new BaseReference.Image(image);
  }

  /// The stage that FROM names; one that is not built, as its name is a context's, has none.
  private Optional<Integer> stageBelow(String image, int index) {
    return file.stageNamed(image, index)
        .filter(_ -> !image.matches("\\d+") && !isNamed(image.toLowerCase(Locale.ROOT)));
  }

  /// Whether FROM names a folder of --build-context.
  private boolean isFolder(String image, int index) {
    return !image.equals("scratch")
        && request.namedFolders().contains(ContextName.of(image))
        && stageBelow(image, index).isEmpty();
  }

  /// A base that is a folder, as the layer it is for what is built on it.
  private static PlannedStep whole(String image, Instruction.From from) {
    String name = ContextName.of(image);
    return new PlannedStep.CopyStep(
        from.location(),
        from.text(),
        "local source for " + name,
        "COPY",
        new CopySource.Folder(name),
        List.of("."),
        List.of(),
        "/",
        new CopyOptions("", "", false, false, List.of(), "", Optional.empty(), Optional.empty()));
  }

  private ImageConfig below(BaseReference base, Platform platform, Instruction.From from)
      throws ContainerfileException {
    return switch (base) {
      // BuildKit's empty image says this, too.
      case BaseReference.Scratch _ ->
          withPath(
              ImageConfig.of(platform)
                  .withParameters(ExecutionParameters.NONE.withWorkingDir("/")));
      case BaseReference.Stage stage -> stage(stage.index()).result();
      case BaseReference.Image image -> below(image, platform, from.location());
    };
  }

  private ImageConfig below(BaseReference.Image image, Platform platform, Location location)
      throws ContainerfileException {
    try {
      return withPath(request.images().config(image, platform));
    } catch (IOException e) {
      throw new ContainerfileException(location, "FROM " + image.name() + ": " + e.getMessage(), e);
    }
  }

  /// Every image says where its programs are, as BuildKit's do.
  private static ImageConfig withPath(ImageConfig image) {
    Map<String, String> variables = image.parameters().variables();
    return variables.putIfAbsent("PATH", StageScope.DEFAULT_PATH) == null
        ? image.withParameters(image.parameters().withVariables(variables))
        : image;
  }

  private Optional<PlannedStep> step(Instruction instruction, StageScope scope, int index)
      throws ContainerfileException {
    return switch (instruction) {
      case Instruction.Copy copy -> Optional.of(copy(copy, scope, index));
      case Instruction.Run run ->
          Optional.of(
              scope.run(run, (name, location) -> source("from=" + name, name, location, index)));
      case Instruction.From from ->
          throw new IllegalStateException("FROM within a stage at " + from.location());
      default -> scope.apply(instruction);
    };
  }

  private PlannedStep copy(Instruction.Copy copy, StageScope scope, int index)
      throws ContainerfileException {
    CopySource source = new CopySource.Context();
    Word from = copy.flags().values().get("from");
    if (from != null) {
      String name = scope.expandGlobally(from);
      source = source("--from=" + name, name, from.location(), index);
    }
    return scope.copy(copy, source);
  }

  /// What a COPY --from or a mount's from names, seen from a stage.
  private CopySource source(String said, String name, Location location, int index)
      throws ContainerfileException {
    if (request.namedFolders().contains(ContextName.of(name))) {
      return new CopySource.Folder(ContextName.of(name));
    }
    if (request.namedImages().contains(ContextName.of(name))) {
      return new CopySource.Image(new BaseReference.Image(name));
    }
    Optional<Integer> stage = file.stageNamed(name, index);
    if (stage.isPresent()) {
      stage(stage.get());
      return new CopySource.Stage(stage.get(), name);
    }
    if (name.equals("scratch") || name.matches("\\d+") || isLaterStage(name, index)) {
      throw new ContainerfileException(location, said + " names no earlier stage");
    }
    return new CopySource.Image(new BaseReference.Image(name));
  }

  private boolean isLaterStage(String name, int index) {
    return file.stages().subList(index, file.stages().size()).stream()
        .anyMatch(s -> s.from().name().equalsIgnoreCase(name));
  }
}
