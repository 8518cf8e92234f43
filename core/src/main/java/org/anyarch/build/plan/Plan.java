package org.anyarch.build.plan;

import java.util.List;

/// The stages that are needed, each behind those it needs; the last one is the result.
///
/// @param warnings what the user should know, each a line
public record Plan(List<PlannedStage> stages, List<String> warnings) {
  public Plan {
    stages = List.copyOf(stages);
    warnings = List.copyOf(warnings);
  }
}
