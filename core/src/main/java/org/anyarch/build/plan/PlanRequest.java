package org.anyarch.build.plan;

import java.util.Map;
import java.util.Set;
import org.anyarch.platform.Platform;

/// What to plan for.
///
/// @param target the platform of the result
/// @param build the platform of this machine
/// @param buildArgs values for ARG
/// @param targetStage the name or number of the stage to build; empty for the last
/// @param namedFolders the names that stand for folders, as [ContextName] has them
/// @param namedImages the names that stand for images, likewise
public record PlanRequest(
    Platform target,
    Platform build,
    Map<String, String> buildArgs,
    String targetStage,
    BaseImages images,
    Set<String> namedFolders,
    Set<String> namedImages) {
  public PlanRequest {
    buildArgs = Map.copyOf(buildArgs);
    namedFolders = Set.copyOf(namedFolders);
    namedImages = Set.copyOf(namedImages);
  }

  /// Without named contexts.
  public PlanRequest(
      Platform target,
      Platform build,
      Map<String, String> buildArgs,
      String targetStage,
      BaseImages images) {
    this(target, build, buildArgs, targetStage, images, Set.of(), Set.of());
  }
}
