package org.anyarch.oci;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What manifests and indexes have in common.
final class Documents {
  private Documents() {}

  /// The document's own media type; `absent` for one that does not say, which OCI permits.
  static String mediaType(ObjectNode document, String absent, String what) throws OciException {
    JsonNode version = document.path("schemaVersion");
    if (!version.isInt() || version.intValue() != 2) {
      throw new OciException(
          what
              + " has no schemaVersion 2. Images of Docker's schema 1 have to be converted first,"
              + " for instance by skopeo copy --format oci.");
    }
    String mediaType = Json.textIn(document, "mediaType", what);
    return mediaType.isEmpty() ? absent : mediaType;
  }
}
