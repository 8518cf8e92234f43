package org.anyarch.oci;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.anyarch.platform.Platform;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a blob is, how long it is and which content it must have.
///
/// @param platform of an index entry, what the image runs on; null where it is not said
/// @param annotations sorted by key
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    @Nullable Platform platform,
    Map<String, String> annotations) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("a blob of " + size + " bytes");
    }
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, null, Map.of());
  }

  public Descriptor withPlatform(Platform wanted) {
    return new Descriptor(mediaType, digest, size, wanted, annotations);
  }

  /// A copy that carries `key` too, in place of what it held under that key.
  public Descriptor withAnnotation(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(annotations);
    more.put(key, value);
    return new Descriptor(mediaType, digest, size, platform, more);
  }

  static Descriptor from(ObjectNode node, String what) throws OciException {
    String entry = "an entry of " + what;
    Digest digest = Digest.parse(Json.requiredTextIn(node, "digest", entry));
    String named = digest + " in " + what;
    return new Descriptor(
        Json.textIn(node, "mediaType", named),
        digest,
        Json.sizeIn(node, "size", named),
        platformFrom(node, named),
        Json.textMapIn(node, "annotations", named));
  }

  private static @Nullable Platform platformFrom(ObjectNode node, String what) throws OciException {
    ObjectNode platform = Json.objectIn(node, "platform", what);
    if (platform == null) {
      return null;
    }
    return new Platform(
        Json.textIn(platform, "os", what),
        Json.textIn(platform, "architecture", what),
        Json.textIn(platform, "variant", what));
  }

  ObjectNode json() {
    ObjectNode node = Json.newObject();
    node.put("mediaType", mediaType);
    node.put("digest", digest.toString());
    node.put("size", size);
    Json.putTextMap(node, "annotations", new TreeMap<>(annotations));
    if (platform != null) {
      ObjectNode child = node.putObject("platform");
      child.put("architecture", platform.architecture());
      child.put("os", platform.os());
      if (!platform.variant().isEmpty()) {
        child.put("variant", platform.variant());
      }
    }
    return node;
  }

  /// As messages show it: media type, digest, size.
  @Override
  public String toString() {
    return mediaType + " " + digest + " (" + size + " bytes)";
  }
}
