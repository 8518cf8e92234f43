package org.anyarch.build.plan;

import java.util.List;
import org.anyarch.oci.ImageConfig;
import org.anyarch.platform.Platform;

/// A stage with everything in it resolved.
///
/// @param index its place in the Containerfile
/// @param name its name, or `stage-N`
/// @param platform what it is built for
/// @param result what the image says of itself after the last step; its layers and history are the
///   base's
public record PlannedStage(
    int index,
    String name,
    Platform platform,
    BaseReference base,
    List<PlannedStep> steps,
    ImageConfig result) {
  public PlannedStage {
    steps = List.copyOf(steps);
  }
}
