package org.anyarch.oci;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.anyarch.platform.Platform;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An image's configuration: what it runs on, how its programs are started, which layers it has and
/// how it was made. Immutable; every `withX` gives a changed copy.
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
  private static final List<String> CONFIG_ORDER =
      List.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          "Healthcheck",
          "OnBuild",
          "Shell");
  private static final String WHAT = "the image configuration";

  // Never changed once constructed; the constructor has read every known field without an error.
  private final ObjectNode root;
  private final ObjectNode config;
  private final List<Digest> diffIds;
  private final List<History> history;
  private final @Nullable Instant created;
  private final SortedMap<String, String> labels;
  private final Optional<Healthcheck> healthcheck;

  private ImageConfig(ObjectNode root, String what) throws OciException {
    this.root = root;
    ObjectNode child = Json.objectIn(root, "config", what);
    this.config = child == null ? Json.newObject() : child;
    for (String key : List.of("os", "architecture", "variant", "author")) {
      Json.textIn(root, key, what);
    }
    for (String key : List.of("User", "WorkingDir", "StopSignal")) {
      Json.textIn(config, key, what);
    }
    for (String key : List.of("Env", "Cmd", "Entrypoint", "OnBuild", "Shell")) {
      Json.textsIn(config, key, what);
    }
    for (String key : List.of("ExposedPorts", "Volumes")) {
      Json.objectIn(config, key, what);
    }
    this.created = Times.read(Json.textIn(root, "created", what), what);
    this.labels = Json.textMapIn(config, "Labels", what);
    ObjectNode check = Json.objectIn(config, "Healthcheck", what);
    this.healthcheck =
        check == null ? Optional.empty() : Optional.of(Healthcheck.from(check, what));
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

  /// `NAME=value`, in the order the programs see them.
  public List<String> env() {
    return texts("Env");
  }

  public List<String> cmd() {
    return texts("Cmd");
  }

  /// Docker's: the shell of RUN in images made from this one.
  public List<String> shell() {
    return texts("Shell");
  }

  /// Docker's: instructions that FROM adds to a stage made from this image.
  public List<String> onBuild() {
    return texts("OnBuild");
  }

  public Optional<Healthcheck> healthcheck() {
    return healthcheck;
  }

  public List<String> entrypoint() {
    return texts("Entrypoint");
  }

  public String workingDir() {
    return config.path("WorkingDir").asString("");
  }

  public String user() {
    return config.path("User").asString("");
  }

  public SortedMap<String, String> labels() {
    return new TreeMap<>(labels);
  }

  /// Such as `80/tcp`.
  public NavigableSet<String> exposedPorts() {
    return keys("ExposedPorts");
  }

  public NavigableSet<String> volumes() {
    return keys("Volumes");
  }

  public String stopSignal() {
    return config.path("StopSignal").asString("");
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

  public ImageConfig withEnv(List<String> env) {
    return withTexts("Env", env);
  }

  public ImageConfig withCmd(List<String> cmd) {
    return withTexts("Cmd", cmd);
  }

  public ImageConfig withShell(List<String> shell) {
    return withTexts("Shell", shell);
  }

  public ImageConfig withOnBuild(List<String> triggers) {
    return withTexts("OnBuild", triggers);
  }

  public ImageConfig withHealthcheck(Optional<Healthcheck> check) {
    return configured(
        node -> {
          node.remove("Healthcheck");
          check.ifPresent(present -> node.set("Healthcheck", present.json()));
        });
  }

  public ImageConfig withEntrypoint(List<String> entrypoint) {
    return withTexts("Entrypoint", entrypoint);
  }

  public ImageConfig withWorkingDir(String folder) {
    return withConfigText("WorkingDir", folder);
  }

  public ImageConfig withUser(String user) {
    return withConfigText("User", user);
  }

  public ImageConfig withLabels(Map<String, String> wanted) {
    return configured(
        node -> {
          node.remove("Labels");
          Json.putTextMap(node, "Labels", new TreeMap<>(wanted));
        });
  }

  public ImageConfig withExposedPorts(Iterable<String> ports) {
    return withKeys("ExposedPorts", ports);
  }

  public ImageConfig withVolumes(Iterable<String> volumes) {
    return withKeys("Volumes", volumes);
  }

  public ImageConfig withStopSignal(String signal) {
    return withConfigText("StopSignal", signal);
  }

  public ImageConfig withDiffIds(List<Digest> digests) {
    return changed(root, node -> putDiffIds(node, digests));
  }

  /// Replaces the whole history; what earlier entries said beyond [History] is gone. To add to it
  /// use [#withStep] or [#withLayer].
  public ImageConfig withHistory(List<History> steps) {
    return changed(
        root,
        node -> {
          ArrayNode list = node.putArray("history");
          steps.forEach(step -> list.add(step.json()));
        });
  }

  /// One more step that changed no file, or whose layer is added with [#withDiffIds].
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
    if (written.get("config") instanceof ObjectNode inner) {
      written.set("config", Json.ordered(inner, CONFIG_ORDER));
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

  private ImageConfig configured(Change change) {
    return changed(
        root,
        node -> {
          if (node.get("config") instanceof ObjectNode inner) {
            change.on(inner);
          } else {
            change.on(node.putObject("config"));
          }
        });
  }

  private ImageConfig withText(String key, String text) {
    return changed(root, node -> Json.putText(node, key, text));
  }

  private ImageConfig withConfigText(String key, String text) {
    return configured(node -> Json.putText(node, key, text));
  }

  private ImageConfig withTexts(String key, List<String> texts) {
    return configured(node -> Json.putTexts(node, key, texts));
  }

  private ImageConfig withKeys(String key, Iterable<String> keys) {
    return configured(node -> Json.putKeys(node, key, keys));
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

  private List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    config.path(key).values().forEach(value -> texts.add(value.asString()));
    return List.copyOf(texts);
  }

  private NavigableSet<String> keys(String key) {
    return new TreeSet<>(config.path(key).propertyNames());
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
