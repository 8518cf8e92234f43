package org.anyarch.build.solve;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.ImageConfig;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.oci.OciException;
import org.anyarch.oci.Resolved;
import org.anyarch.platform.Platform;

/// An image that a stage starts from or copies from.
///
/// @param layout where its blobs are
/// @param whole what it is one platform's part of, or its own manifest
/// @param config its configuration
/// @param layers its layers, oldest first; as many as its configuration has diff_ids
public record BaseImage(
    Layout layout, Descriptor whole, ImageConfig config, List<Descriptor> layers) {
  public BaseImage {
    layers = List.copyOf(layers);
  }

  /// The same image for exactly another platform, if there is one.
  Optional<BaseImage> sibling(Platform platform) throws IOException {
    if (!MediaType.isIndex(whole.mediaType())) {
      return Optional.empty();
    }
    Resolved found;
    try {
      found = layout.resolve(whole, platform);
    } catch (OciException none) {
      return Optional.empty();
    }
    return found.platform().normalized().equals(platform.normalized())
        ? Optional.of(new BaseImage(layout, whole, found.config(), found.manifest().layers()))
        : Optional.empty();
  }
}
