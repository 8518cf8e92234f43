package org.anyarch.oci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An image for several platforms, or the content of a layout: a list of manifests and further
/// indexes.
///
/// Docker's manifest lists are read too. Fields this type does not know are not kept: copy a
/// foreign index as the blob it is, never through [#bytes()].
public record Index(String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {
  public Index {
    manifests = List.copyOf(manifests);
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /// An OCI index.
  public static Index of(List<Descriptor> manifests) {
    return new Index(MediaType.INDEX, manifests, Map.of());
  }

  public static Index parse(byte[] document) throws OciException {
    return from(document, "the image index " + Digest.ofSha256(document));
  }

  static Index from(byte[] document, String what) throws OciException {
    ObjectNode node = Json.object(document, what);
    String mediaType = Documents.mediaType(node, MediaType.INDEX, what);
    // One document that is both would be two images to two readers (CVE-2021-41190).
    if (!MediaType.isIndex(mediaType)
        || Json.child(node, "layers") != null
        || Json.child(node, "config") != null) {
      throw new OciException(what + " is not an image index but " + mediaType + ".");
    }
    List<Descriptor> manifests = new ArrayList<>();
    for (ObjectNode manifest : Json.objectsIn(node, "manifests", what)) {
      manifests.add(Descriptor.from(manifest, what));
    }
    return new Index(mediaType, manifests, Json.textMapIn(node, "annotations", what));
  }

  /// Compact JSON with keys in a fixed order: equal indexes give equal bytes.
  public byte[] bytes() {
    ObjectNode node = Json.newObject();
    node.put("schemaVersion", 2);
    node.put("mediaType", mediaType);
    ArrayNode list = node.putArray("manifests");
    manifests.forEach(manifest -> list.add(manifest.json()));
    Json.putTextMap(node, "annotations", new TreeMap<>(annotations));
    return Json.bytes(node);
  }
}
