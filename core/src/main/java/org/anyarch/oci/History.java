package org.anyarch.oci;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One step of an image's making, as `docker history` shows it.
///
/// @param created null where it is not said
/// @param emptyLayer whether the step changed no file and has no layer
public record History(
    @Nullable Instant created, String createdBy, String comment, boolean emptyLayer) {

  static History from(ObjectNode node, String what) throws OciException {
    return new History(
        Times.read(Json.textIn(node, "created", what), what),
        Json.textIn(node, "created_by", what),
        Json.textIn(node, "comment", what),
        Json.flagIn(node, "empty_layer", what));
  }

  ObjectNode json() {
    ObjectNode node = Json.newObject();
    if (created != null) {
      node.put("created", created.toString());
    }
    if (!createdBy.isEmpty()) {
      node.put("created_by", createdBy);
    }
    if (!comment.isEmpty()) {
      node.put("comment", comment);
    }
    if (emptyLayer) {
      node.put("empty_layer", true);
    }
    return node;
  }
}
