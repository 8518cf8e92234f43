package org.anyarch.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How an image's programs are started: its configuration's member `config`. Immutable; every
/// `withX` gives a changed copy.
///
/// Members unknown here are kept. An absent text is empty, an absent list has no elements; setting
/// an empty one removes the member.
public final class ExecutionParameters {
  public static final ExecutionParameters NONE = new ExecutionParameters(Json.newObject());

  private static final List<String> ORDER =
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

  // Never changed once constructed; every known member has been read without an error.
  private final ObjectNode node;

  private ExecutionParameters(ObjectNode node) {
    this.node = node;
  }

  /// @param what the document's name in messages
  static ExecutionParameters from(ObjectNode node, String what) throws OciException {
    for (String key : List.of("User", "WorkingDir", "StopSignal")) {
      Json.textIn(node, key, what);
    }
    for (String key : List.of("Env", "Cmd", "Entrypoint", "OnBuild", "Shell")) {
      Json.textsIn(node, key, what);
    }
    for (String key : List.of("ExposedPorts", "Volumes")) {
      Json.objectIn(node, key, what);
    }
    Json.textMapIn(node, "Labels", what);
    ObjectNode check = Json.objectIn(node, "Healthcheck", what);
    if (check != null) {
      Healthcheck.from(check, what);
    }
    ObjectNode kept = node.deepCopy();
    // As Go writes it: a member that says nothing is not there.
    ORDER.stream().filter(key -> saysNothing(kept.path(key))).forEach(kept::remove);
    return new ExecutionParameters(kept);
  }

  private static boolean saysNothing(JsonNode value) {
    return value.isNull()
        || (value.isContainer() && value.isEmpty())
        || (value.isString() && value.stringValue().isEmpty());
  }

  /// Known members in the specification's order, then the others by name.
  ObjectNode json() {
    return Json.ordered(node, ORDER).deepCopy();
  }

  /// `NAME=value`, in the order the programs see them.
  public List<String> env() {
    return texts("Env");
  }

  /// The variables in their order; the last of a name wins.
  public Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String variable : env()) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return variables;
  }

  public List<String> cmd() {
    return texts("Cmd");
  }

  public List<String> entrypoint() {
    return texts("Entrypoint");
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
    try {
      ObjectNode check = Json.objectIn(node, "Healthcheck", "");
      return check == null ? Optional.empty() : Optional.of(Healthcheck.from(check, ""));
    } catch (OciException e) {
      throw new IllegalStateException(e);
    }
  }

  public String workingDir() {
    return node.path("WorkingDir").asString("");
  }

  public String user() {
    return node.path("User").asString("");
  }

  public String stopSignal() {
    return node.path("StopSignal").asString("");
  }

  public SortedMap<String, String> labels() {
    SortedMap<String, String> labels = new TreeMap<>();
    node.path("Labels").properties().forEach(e -> labels.put(e.getKey(), e.getValue().asString()));
    return labels;
  }

  /// Such as `80/tcp`.
  public NavigableSet<String> exposedPorts() {
    return keys("ExposedPorts");
  }

  public NavigableSet<String> volumes() {
    return keys("Volumes");
  }

  public ExecutionParameters withEnv(List<String> env) {
    return withTexts("Env", env);
  }

  public ExecutionParameters withVariables(Map<String, String> variables) {
    return withEnv(
        variables.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

  public ExecutionParameters withCmd(List<String> cmd) {
    return withTexts("Cmd", cmd);
  }

  public ExecutionParameters withEntrypoint(List<String> entrypoint) {
    return withTexts("Entrypoint", entrypoint);
  }

  public ExecutionParameters withShell(List<String> shell) {
    return withTexts("Shell", shell);
  }

  public ExecutionParameters withOnBuild(List<String> triggers) {
    return withTexts("OnBuild", triggers);
  }

  public ExecutionParameters withHealthcheck(Optional<Healthcheck> check) {
    return changed(
        copy -> {
          copy.remove("Healthcheck");
          check.ifPresent(present -> copy.set("Healthcheck", present.json()));
        });
  }

  public ExecutionParameters withWorkingDir(String folder) {
    return withText("WorkingDir", folder);
  }

  public ExecutionParameters withUser(String user) {
    return withText("User", user);
  }

  public ExecutionParameters withStopSignal(String signal) {
    return withText("StopSignal", signal);
  }

  public ExecutionParameters withLabels(Map<String, String> labels) {
    return changed(
        copy -> {
          copy.remove("Labels");
          Json.putTextMap(copy, "Labels", new TreeMap<>(labels));
        });
  }

  public ExecutionParameters withExposedPorts(Iterable<String> ports) {
    return withKeys("ExposedPorts", ports);
  }

  public ExecutionParameters withVolumes(Iterable<String> volumes) {
    return withKeys("Volumes", volumes);
  }

  private ExecutionParameters changed(Consumer<ObjectNode> change) {
    ObjectNode copy = node.deepCopy();
    change.accept(copy);
    return new ExecutionParameters(copy);
  }

  private ExecutionParameters withText(String key, String text) {
    return changed(copy -> Json.putText(copy, key, text));
  }

  private ExecutionParameters withTexts(String key, List<String> texts) {
    return changed(copy -> Json.putTexts(copy, key, texts));
  }

  private ExecutionParameters withKeys(String key, Iterable<String> keys) {
    return changed(copy -> Json.putKeys(copy, key, keys));
  }

  private List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    node.path(key).values().forEach(value -> texts.add(value.asString()));
    return List.copyOf(texts);
  }

  private NavigableSet<String> keys(String key) {
    return new TreeSet<>(node.path(key).propertyNames());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExecutionParameters that && node.equals(that.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode();
  }

  @Override
  public String toString() {
    return json().toString();
  }
}
