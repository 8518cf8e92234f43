package org.anyarch.build.plan;

import java.util.Map;
import org.anyarch.platform.Platform;

/// What to plan for.
///
/// @param target the platform of the result
/// @param build the platform of this machine
/// @param buildArgs values for ARG
/// @param targetStage the name or number of the stage to build; empty for the last
public record PlanRequest(
    Platform target,
    Platform build,
    Map<String, String> buildArgs,
    String targetStage,
    BaseImages images) {
  public PlanRequest {
    buildArgs = Map.copyOf(buildArgs);
  }
}
