package org.anyarch.oci;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// All blobs that an image consists of, what is referred to before what refers to it, so that a
/// copy that is interrupted never has a manifest without its blobs.
final class Closure {
  static final int DEEPEST = 8;

  private final Layout layout;
  private final Map<Digest, Descriptor> found = new LinkedHashMap<>();

  Closure(Layout layout) {
    this.layout = layout;
  }

  Collection<Descriptor> of(Descriptor image) throws IOException {
    add(image, 0);
    return found.values();
  }

  private void add(Descriptor blob, int depth) throws IOException {
    if (found.containsKey(blob.digest())) {
      return;
    }
    if (depth > DEEPEST) {
      throw new OciException(
          "the image index " + blob.digest() + " is nested more than " + DEEPEST + " deep.");
    }
    if (MediaType.isIndex(blob.mediaType())) {
      for (Descriptor entry : layout.index(blob).manifests()) {
        add(entry, depth + 1);
      }
    } else if (MediaType.isManifest(blob.mediaType())) {
      Manifest manifest = layout.manifest(blob);
      found.put(manifest.config().digest(), manifest.config());
      manifest.layers().forEach(layer -> found.put(layer.digest(), layer));
    }
    found.put(blob.digest(), blob);
  }
}
