package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.anyarch.build.BuildRequest;
import org.anyarch.kernel.Replacement;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.twins.Mode;
import org.anyarch.twins.UsedTwin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a build came to, as files for scripts. Keys and meanings are those of docker buildx.
///
/// @param config of an image; empty for an index
/// @param mode which twins were allowed
/// @param twins that stood in for emulated programs, by platforms
/// @param bases what images of registries were, by their names
/// @param different what is known to differ by twins that are compatible only
record BuildResult(
    Descriptor image,
    Optional<Descriptor> config,
    String name,
    Mode mode,
    SortedMap<String, Digest> bases,
    SortedMap<String, List<UsedTwin>> twins,
    List<TwinsUsed.Different> different) {
  static BuildResult of(
      Descriptor image,
      BuildRequest.Output output,
      Mode mode,
      SortedMap<String, Digest> bases,
      TwinsUsed twins)
      throws IOException {
    Optional<Descriptor> config =
        MediaType.isManifest(image.mediaType())
            ? Optional.of(Layout.open(output.folder()).manifest(image).config())
            : Optional.empty();
    return new BuildResult(
        image, config, output.name(), mode, bases, twins.byPlatform(), twins.different());
  }

  /// The id of an image is the digest of its configuration; an index has its own only.
  String id() {
    return config.orElse(image).digest().toString();
  }

  String json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    config.ifPresent(c -> node.put("containerimage.config.digest", c.digest().toString()));
    node.putObject("containerimage.descriptor")
        .put("mediaType", image.mediaType())
        .put("digest", image.digest().toString())
        .put("size", image.size());
    node.put("containerimage.digest", image.digest().toString());
    if (!name.isEmpty()) {
      node.put("image.name", name);
    }
    // Keys of our own: buildx has none for these.
    node.put("anyarch.accelerate", mode.toString());
    if (!bases.isEmpty()) {
      ObjectNode names = node.putObject("anyarch.bases");
      bases.forEach((base, digest) -> names.put(base, digest.toString()));
    }
    if (!twins.isEmpty()) {
      ObjectNode platforms = node.putObject("anyarch.twins");
      twins.forEach(
          (platform, used) -> {
            ArrayNode list = platforms.putArray(platform);
            for (UsedTwin twin : used) {
              ObjectNode one =
                  list.addObject()
                      .put("package", twin.name())
                      .put("version", twin.version())
                      .put("program", twin.program())
                      .put("digest", twin.digest().toString());
              twin.substitute().ifPresent(other -> one.put("compatible", other));
            }
          });
    }
    if (!different.isEmpty()) {
      ArrayNode steps = node.putArray("anyarch.differences");
      for (TwinsUsed.Different step : different) {
        ArrayNode paths =
            steps
                .addObject()
                .put("platform", step.platform())
                .put("step", step.step())
                .putArray("paths");
        step.paths().forEach(paths::add);
      }
    }
    return node.toPrettyString() + "\n";
  }

  /// Writes a file so that a reader sees all of it or none.
  static void write(Path file, String text) throws IOException {
    Replacement.readable(file).write(text);
  }
}
