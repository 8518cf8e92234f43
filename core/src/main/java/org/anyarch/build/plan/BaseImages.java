package org.anyarch.build.plan;

import java.io.IOException;
import org.anyarch.oci.ImageConfig;
import org.anyarch.platform.Platform;

/// Tells the planner what the images that a Containerfile names say of themselves.
public interface BaseImages {
  /// @throws IOException if the image cannot be had for this platform; the message says why
  ImageConfig config(BaseReference.Image image, Platform platform) throws IOException;

  /// What the image is made for: `wanted`, unless there is only one and it is for another platform.
  ///
  /// @throws IOException if the image cannot be had at all
  default Platform platform(BaseReference.Image image, Platform wanted) throws IOException {
    return wanted;
  }
}
