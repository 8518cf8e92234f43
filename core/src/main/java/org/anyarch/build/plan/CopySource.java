package org.anyarch.build.plan;

/// Where COPY takes files from.
public sealed interface CopySource {
  /// What it is called in messages.
  default String inWords() {
    return switch (this) {
      case Context _ -> "the context";
      case Stage stage -> "the stage " + stage.name();
      case Folder folder -> "the named context " + folder.name();
      case Image image -> "the image " + image.reference().name();
    };
  }

  record Context() implements CopySource {}

  /// @param name as the Containerfile calls it
  record Stage(int index, String name) implements CopySource {}

  /// @param name of a folder that was given with --build-context
  record Folder(String name) implements CopySource {}

  record Image(BaseReference.Image reference) implements CopySource {}
}
