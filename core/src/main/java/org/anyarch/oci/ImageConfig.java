package org.anyarch.oci;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.platform.Platform;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An image's configuration: what it runs on, how its programs are started ([#parameters]), which
/// layers it has and how it was made. Immutable; every `withX` gives a changed copy.
///
/// Fields of Docker or of later specifications are kept through reading, changing and writing. An
/// absent text is empty, an absent list has no elements; setting an empty one removes the field.
public final class ImageConfig {
  private static final List<String> ORDER =
      List.of(
          "created",
          "author",
          "architecture",
          "variant",
          "os",
          "os.version",
          "os.features",
          "config",
          "rootfs",
          "history");
  private static final String WHAT = "the image configuration";

  // Never changed once constructed; the constructor has read every known field without an error.
  private final ObjectNode root;
  private final ExecutionParameters parameters;
  private final List<Digest> diffIds;
  private final List<History> history;
  private final @Nullable Instant created;

  private ImageConfig(ObjectNode root, String what) throws OciException {
    this.root = root;
    ObjectNode child = Json.objectIn(root, "config", what);
    this.parameters =
        child == null ? ExecutionParameters.NONE : ExecutionParameters.from(child, what);
    for (String key : List.of("os", "architecture", "variant", "author")) {
      Json.textIn(root, key, what);
    }
    this.created = Times.read(Json.textIn(root, "created", what), what);
    List<Digest> digests = new ArrayList<>();
    ObjectNode rootfs = Json.objectIn(root, "rootfs", what);
    if (rootfs != null) {
      for (String diffId : Json.textsIn(rootfs, "diff_ids", what)) {
        digests.add(Digest.parse(diffId));
      }
    }
    this.diffIds = List.copyOf(digests);
    List<History> steps = new ArrayList<>();
    for (ObjectNode step : Json.objectsIn(root, "history", what)) {
      steps.add(History.from(step, what));
    }
    this.history = List.copyOf(steps);
  }

  public static ImageConfig parse(byte[] document) throws OciException {
    String what = WHAT + " " + Digest.ofSha256(document);
    return new ImageConfig(Json.object(document, what), what);
  }

  /// The configuration of an image without layers, as `FROM scratch` starts.
  public static ImageConfig of(Platform platform) {
    return blank()
        .withOs(platform.os())
        .withArchitecture(platform.architecture())
        .withVariant(platform.variant());
  }

  private static ImageConfig blank() {
    return changed(Json.newObject(), root -> {});
  }

  public String os() {
    return root.path("os").asString("");
  }

  public String architecture() {
    return root.path("architecture").asString("");
  }

  public String variant() {
    return root.path("variant").asString("");
  }

  /// What the image runs on, as written; not normalised.
  public Platform platform() {
    return new Platform(os(), architecture(), variant());
  }

  public Optional<Instant> created() {
    return Optional.ofNullable(created);
  }

  public String author() {
    return root.path("author").asString("");
  }

  public ExecutionParameters parameters() {
    return parameters;
  }

  /// Digests of the uncompressed layers, lowest first.
  public List<Digest> diffIds() {
    return diffIds;
  }

  public List<History> history() {
    return history;
  }

  public ImageConfig withOs(String os) {
    return withText("os", os);
  }

  public ImageConfig withArchitecture(String architecture) {
    return withText("architecture", architecture);
  }

  public ImageConfig withVariant(String variant) {
    return withText("variant", variant);
  }

  public ImageConfig withCreated(Instant time) {
    return withText("created", time.toString());
  }

  public ImageConfig withAuthor(String author) {
    return withText("author", author);
  }

  public ImageConfig withParameters(ExecutionParameters parameters) {
    return changed(root, node -> node.set("config", parameters.json()));
  }

  /// One more step that changed no file.
  public ImageConfig withStep(History step) {
    return changed(root, node -> append(node, step));
  }

  /// One more layer on top, and the step that made it.
  public ImageConfig withLayer(Digest diffId, History step) {
    List<Digest> more = new ArrayList<>(diffIds);
    more.add(diffId);
    return changed(
        root,
        node -> {
          putDiffIds(node, more);
          append(node, step);
        });
  }

  /// Compact JSON: known keys in the specification's order, then the others by name. Equal
  /// configurations give equal bytes.
  public byte[] bytes() {
    ObjectNode written = Json.ordered(root, ORDER);
    if (written.get("config") instanceof ObjectNode) {
      written.set("config", parameters.json());
    }
    if (Json.child(written, "rootfs") == null) {
      putDiffIds(written, List.of());
      written = Json.ordered(written, ORDER);
    }
    return Json.bytes(written);
  }

  private interface Change {
    void on(ObjectNode node);
  }

  private static ImageConfig changed(ObjectNode from, Change change) {
    ObjectNode copy = from.deepCopy();
    change.on(copy);
    try {
      return new ImageConfig(copy, WHAT);
    } catch (OciException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private ImageConfig withText(String key, String text) {
    return changed(root, node -> Json.putText(node, key, text));
  }

  private static void putDiffIds(ObjectNode node, List<Digest> digests) {
    ObjectNode rootfs = node.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode list = rootfs.putArray("diff_ids");
    digests.forEach(digest -> list.add(digest.toString()));
  }

  private static void append(ObjectNode node, History step) {
    ArrayNode list =
        node.get("history") instanceof ArrayNode present ? present : node.putArray("history");
    list.add(step.json());
  }

  /// Equal when the written bytes are.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageConfig that
        && Json.ordered(root, ORDER).equals(Json.ordered(that.root, ORDER));
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }

  @Override
  public String toString() {
    return WHAT + " for " + platform();
  }
}
