package org.anyarch.build.plan;

import java.util.List;
import org.anyarch.build.containerfile.Location;
import org.anyarch.platform.Platform;

/// The stages that are needed, each behind those it needs; the last one is the result.
///
/// @param warnings what the user should know, each a line
/// @param foreign the base images that are made for another platform than their stages
public record Plan(List<PlannedStage> stages, List<String> warnings, List<ForeignBase> foreign) {
  /// A base image that is there for one platform alone, which is not the one of the build.
  public record ForeignBase(Location location, String image, Platform wanted, Platform own) {}

  public Plan {
    stages = List.copyOf(stages);
    warnings = List.copyOf(warnings);
    foreign = List.copyOf(foreign);
  }
}
