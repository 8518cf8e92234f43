package org.anyarch.build.plan;

/// What a stage starts from.
public sealed interface BaseReference {
  /// Nothing.
  record Scratch() implements BaseReference {}

  /// An earlier stage, by its place in the Containerfile.
  record Stage(int index) implements BaseReference {}

  /// An image by whatever name the Containerfile gives it: `oci:DIR[:TAG]`, or a name that the
  /// caller has an image for.
  record Image(String name) implements BaseReference {}
}
