package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Xattrs;

/// Applies layers to a root folder.
public final class LayerApplier {
  public LayerApplier(FileNodes nodes, Xattrs xattrs, Consumer<String> warnings) {}

  public Digest apply(Layout layout, Descriptor layer, Path root) throws IOException {
    throw new OciException("later");
  }
}
