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
/// @param namedFolders the names that stand for folders in COPY --from
public record PlanRequest(
    Platform target,
    Platform build,
    Map<String, String> buildArgs,
    String targetStage,
    BaseImages images,
    Set<String> namedFolders) {
  public PlanRequest {
    buildArgs = Map.copyOf(buildArgs);
    namedFolders = Set.copyOf(namedFolders);
  }

  /// Without named folders.
  public PlanRequest(
      Platform target,
      Platform build,
      Map<String, String> buildArgs,
      String targetStage,
      BaseImages images) {
    this(target, build, buildArgs, targetStage, images, Set.of());
  }
}
