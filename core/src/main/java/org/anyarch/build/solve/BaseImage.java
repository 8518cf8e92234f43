package org.anyarch.build.solve;

import java.util.List;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.ImageConfig;
import org.anyarch.oci.Layout;

/// An image that a stage starts from or copies from.
///
/// @param layout where its blobs are
/// @param config its configuration
/// @param layers its layers, oldest first; as many as its configuration has diff_ids
public record BaseImage(Layout layout, ImageConfig config, List<Descriptor> layers) {
  public BaseImage {
    layers = List.copyOf(layers);
  }
}
