package org.anyarch.build;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.plan.Plan;
import org.anyarch.build.plan.PlanRequest;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.plan.Planner;
import org.anyarch.platform.Platform;

/// Plans of a Containerfile, and what can be told from them before a build begins.
///
/// @param buildArgs values for ARG
/// @param target the stage to build; empty for the last
/// @param context what paths of layouts are relative to
/// @param registries images of registries
public record Plans(
    Map<String, String> buildArgs,
    String target,
    NamedContexts named,
    Path context,
    RegistryImages registries) {
  public Plans {
    buildArgs = Map.copyOf(buildArgs);
  }

  static Plans of(BuildRequest request, RegistryImages registries) {
    return new Plans(
        request.buildArgs(),
        request.target(),
        request.named(),
        request.input().context(),
        registries);
  }

  /// The platforms whose programs the build runs: those it is for, and those that its stages name.
  public static List<Platform> platforms(BuildRequest request, RegistryImages registries) {
    Set<Platform> platforms = new LinkedHashSet<>(request.platforms());
    BuildRequest.Input input = request.input();
    try {
      Containerfile file = Containerfile.parse(input.containerfile(), input.fileName());
      for (Plan plan : of(request, registries).whereTheyCanBe(file, request.platforms())) {
        for (PlannedStage stage : plan.stages()) {
          if (stage.steps().stream().anyMatch(PlannedStep.RunStep.class::isInstance)) {
            platforms.add(stage.platform());
          }
        }
      }
    } catch (ContainerfileException notReadable) {
      // The build says why, with its line.
      return request.platforms();
    }
    return List.copyOf(platforms);
  }

  Plan plan(Containerfile file, Platform platform) throws ContainerfileException {
    return Planner.plan(
        file,
        new PlanRequest(
            platform,
            Platform.host(),
            buildArgs,
            target,
            new NamedImages(named, context, registries),
            named.folders().keySet(),
            named.images().keySet()));
  }

  /// For those who look at a file that need not be one that can be built: a build says why, with
  /// the line.
  List<Plan> whereTheyCanBe(Containerfile file, List<Platform> platforms) {
    List<Plan> plans = new ArrayList<>();
    for (Platform platform : platforms) {
      try {
        plans.add(plan(file, platform));
      } catch (ContainerfileException notBuildable) {
        return plans;
      }
    }
    return plans;
  }
}
