package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.anyarch.kernel.Xattrs;

/// Packs an overlayfs upper folder into a layer.
public final class LayerPacker {
  public LayerPacker(Xattrs xattrs, long latest, Consumer<String> warnings) {}

  public PackedLayer pack(Path upper, Layout into) throws IOException {
    throw new OciException("later");
  }
}
