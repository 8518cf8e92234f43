package org.anyarch.build;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.anyarch.build.plan.ContextName;

/// What a build can take files from beside its context, by the names that the Containerfile uses in
/// FROM, `--from` and the `from` of mounts. A stage of such a name is not built: what is named
/// takes its place.
public record NamedContexts(Map<String, ImageReference> images, Map<String, Path> folders) {
  public NamedContexts {
    images = named(images);
    folders = named(folders);
  }

  private static <T> Map<String, T> named(Map<String, T> contexts) {
    Map<String, T> named = new HashMap<>();
    contexts.forEach((name, context) -> named.put(ContextName.of(name), context));
    return Map.copyOf(named);
  }
}
