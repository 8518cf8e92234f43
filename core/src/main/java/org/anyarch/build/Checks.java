package org.anyarch.build;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.anyarch.build.containerfile.CheckSettings;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.IgnoreFile;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.lint.ForeignBase;
import org.anyarch.build.lint.Linter;
import org.anyarch.build.lint.Subject;
import org.anyarch.build.lint.Warning;
import org.anyarch.build.plan.BaseImages;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.platform.Platform;

/// What a build says of its Containerfile before anything runs.
public final class Checks {
  /// The build argument that takes the place of the file's own `# check=`.
  private static final String OVERRIDE = "BUILDKIT_DOCKERFILE_CHECK";

  private Checks() {}

  /// Which rules are looked at.
  public static CheckSettings settings(Containerfile file, Map<String, String> buildArgs)
      throws ContainerfileException {
    String override = buildArgs.get(OVERRIDE);
    return override == null
        ? file.checks()
        : CheckSettings.parse(override, new Location("--build-arg " + OVERRIDE, 1, 1));
  }

  /// What is likely to be a mistake, in the order of the lines.
  ///
  /// @throws ContainerfileException if the file cannot be understood at all
  /// @throws IOException if an ignore file cannot be read
  public static List<Warning> warnings(
      Containerfile file, BuildRequest.Input input, Plans plans, List<Platform> platforms)
      throws ContainerfileException, IOException {
    IgnoreFile ignore = IgnoreFiles.read(input.context(), input.ignoreFile());
    return warnings(file, new Scope(plans, platforms, ignore));
  }

  /// What a Containerfile is looked at with.
  ///
  /// @param ignore what the context hides
  private record Scope(Plans plans, List<Platform> platforms, IgnoreFile ignore) {
    Scope {
      platforms = List.copyOf(platforms);
    }
  }

  private static List<Warning> warnings(Containerfile file, Scope scope)
      throws ContainerfileException {
    NamedImages images =
        new NamedImages(scope.plans().named(), scope.plans().context(), scope.plans().registries());
    Map<String, String> buildArgs = scope.plans().buildArgs();
    return Linter.lint(
        new Subject(
            file,
            buildArgs,
            scope.ignore()::excludes,
            variables(images, scope.platforms().getFirst()),
            foreignBases(file, scope)),
        settings(file, buildArgs));
  }

  /// Tells of each warning in a line.
  ///
  /// @throws BuildException if there is one and the file asks to fail then
  static void report(
      Containerfile file,
      BuildRequest request,
      RegistryImages registries,
      IgnoreFile ignore,
      Progress progress)
      throws BuildException, ContainerfileException {
    List<Warning> warnings =
        warnings(file, new Scope(Plans.of(request, registries), request.platforms(), ignore));
    for (Warning warning : warnings) {
      progress.note("", "warning: " + warning);
    }
    if (warnings.isEmpty()) {
      return;
    }
    String count = warnings.size() == 1 ? "1 warning" : warnings.size() + " warnings";
    if (settings(file, request.buildArgs()).failsOnWarning()) {
      throw new BuildException(
          warnings.getFirst().location()
              + ": "
              + count
              + ", and check=error=true makes them fail the build; --check says what to do");
    }
    progress.note("", count + "; --check says what to do, # check=skip=RULE leaves a rule out");
  }

  private static List<ForeignBase> foreignBases(Containerfile file, Scope scope) {
    return scope.plans().whereTheyCanBe(file, scope.platforms()).stream()
        .flatMap(plan -> plan.foreign().stream())
        .map(
            base ->
                new ForeignBase(
                    base.location(), base.image(), base.wanted().toString(), base.own().toString()))
        .toList();
  }

  private static Function<String, Optional<Set<String>>> variables(
      BaseImages images, Platform platform) {
    return name -> {
      try {
        return Optional.of(
            images
                .config(new BaseReference.Image(name), platform)
                .parameters()
                .variables()
                .keySet());
      } catch (IOException notThere) {
        // If the image is needed, the plan tells why it cannot be had, with its line.
        return Optional.empty();
      }
    };
  }
}
