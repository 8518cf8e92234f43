package org.anyarch.oci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An image for one platform: its configuration and its layers, lowest first.
///
/// Docker's manifests (schema 2) are read too. Fields this type does not know are not kept: copy a
/// foreign manifest as the blob it is, never through [#bytes()].
public record Manifest(
    String mediaType, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
  public Manifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /// An OCI manifest.
  public static Manifest of(Descriptor config, List<Descriptor> layers) {
    return new Manifest(MediaType.MANIFEST, config, layers, Map.of());
  }

  public static Manifest parse(byte[] document) throws OciException {
    String what = "the image manifest " + Digest.ofSha256(document);
    ObjectNode node = Json.object(document, what);
    String mediaType = Documents.mediaType(node, MediaType.MANIFEST, what);
    // One document that is both would be two images to two readers (CVE-2021-41190).
    if (!MediaType.isManifest(mediaType) || Json.child(node, "manifests") != null) {
      throw new OciException(what + " is not an image manifest but " + mediaType + ".");
    }
    ObjectNode config = Json.objectIn(node, "config", what);
    if (config == null) {
      throw new OciException(what + " has no \"config\".");
    }
    List<Descriptor> layers = new ArrayList<>();
    for (ObjectNode layer : Json.objectsIn(node, "layers", what)) {
      layers.add(Descriptor.from(layer, what));
    }
    return new Manifest(
        mediaType,
        Descriptor.from(config, what),
        layers,
        Json.textMapIn(node, "annotations", what));
  }

  /// Compact JSON with keys in a fixed order: equal manifests give equal bytes.
  public byte[] bytes() {
    ObjectNode node = Json.newObject();
    node.put("schemaVersion", 2);
    node.put("mediaType", mediaType);
    node.set("config", config.json());
    ArrayNode list = node.putArray("layers");
    layers.forEach(layer -> list.add(layer.json()));
    Json.putTextMap(node, "annotations", new TreeMap<>(annotations));
    return Json.bytes(node);
  }
}
