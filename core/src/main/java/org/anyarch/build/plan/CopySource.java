package org.anyarch.build.plan;

/// Where COPY takes files from.
public sealed interface CopySource {
  record Context() implements CopySource {}

  /// @param name as the Containerfile calls it
  record Stage(int index, String name) implements CopySource {}

  /// @param name of a folder that was given with --build-context
  record Folder(String name) implements CopySource {}

  record Image(BaseReference.Image reference) implements CopySource {}
}
