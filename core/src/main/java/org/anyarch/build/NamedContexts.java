package org.anyarch.build;

import java.nio.file.Path;
import java.util.Map;

/// What a build can take files from beside its context, by the names that the Containerfile uses.
///
/// @param images for FROM, `--from` and the `from` of mounts
/// @param folders for `--from` and the `from` of mounts
public record NamedContexts(Map<String, ImageReference> images, Map<String, Path> folders) {
  public NamedContexts {
    images = Map.copyOf(images);
    folders = Map.copyOf(folders);
  }
}
