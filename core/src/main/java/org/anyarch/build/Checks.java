package org.anyarch.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.anyarch.build.plan.PlanRequest;
import org.anyarch.build.plan.Planner;
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

  /// What a Containerfile is looked at with.
  ///
  /// @param target the stage to build; empty for the last
  /// @param context what paths of layouts are relative to
  /// @param ignore what the context hides
  public record Scope(
      Map<String, String> buildArgs,
      String target,
      List<Platform> platforms,
      NamedContexts named,
      Path context,
      IgnoreFile ignore) {
    public Scope {
      buildArgs = Map.copyOf(buildArgs);
      platforms = List.copyOf(platforms);
    }
  }

  /// The warnings in the order of their lines.
  ///
  /// @throws ContainerfileException if it cannot be understood at all
  public static List<Warning> warnings(Containerfile file, Scope scope)
      throws ContainerfileException {
    NamedImages images = new NamedImages(scope.named(), scope.context());
    return Linter.lint(
        new Subject(
            file,
            scope.buildArgs(),
            scope.ignore()::excludes,
            variables(images, scope.platforms().getFirst()),
            foreignBases(file, scope, images)),
        settings(file, scope.buildArgs()));
  }

  /// Tells of each warning in a line.
  ///
  /// @throws BuildException if there is one and the file asks to fail then
  static void report(Containerfile file, BuildRequest request, IgnoreFile ignore, Progress progress)
      throws BuildException, ContainerfileException {
    List<Warning> warnings =
        warnings(
            file,
            new Scope(
                request.buildArgs(),
                request.target(),
                request.platforms(),
                request.named(),
                request.input().context(),
                ignore));
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

  private static List<ForeignBase> foreignBases(
      Containerfile file, Scope scope, NamedImages images) {
    List<ForeignBase> found = new ArrayList<>();
    for (Platform platform : scope.platforms()) {
      try {
        Planner.plan(
                file,
                new PlanRequest(
                    platform,
                    Platform.host(),
                    scope.buildArgs(),
                    scope.target(),
                    images,
                    scope.named().folders().keySet(),
                    scope.named().images().keySet()))
            .foreign()
            .forEach(
                base ->
                    found.add(
                        new ForeignBase(
                            base.location(),
                            base.image(),
                            base.wanted().toString(),
                            base.own().toString())));
      } catch (ContainerfileException notBuildable) {
        // A build says why, with its line; what is written can be looked at all the same.
        return found;
      }
    }
    return found;
  }

  private static Function<String, Optional<Set<String>>> variables(
      BaseImages images, Platform platform) {
    return name -> {
      try {
        return Optional.of(images.settings(new BaseReference.Image(name), platform).env().keySet());
      } catch (IOException notThere) {
        // If the image is needed, the plan tells why it cannot be had, with its line.
        return Optional.empty();
      }
    };
  }
}
