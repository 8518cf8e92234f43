package org.anyarch.build.plan;

import java.io.IOException;
import org.anyarch.platform.Platform;

/// Tells the planner what the images that a Containerfile names say of themselves.
public interface BaseImages {
  /// @throws IOException if the image cannot be had for this platform; the message says why
  ImageSettings settings(BaseReference.Image image, Platform platform) throws IOException;
}
