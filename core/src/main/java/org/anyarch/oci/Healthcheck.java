package org.anyarch.oci;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Docker's: how an engine finds out whether a container is well. Zero means that the engine's own
/// value holds.
///
/// @param test `CMD` and a program with its arguments, `CMD-SHELL` and a line, or `NONE`
public record Healthcheck(
    List<String> test,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {
  /// Switches off what the base image does.
  public static final Healthcheck NONE =
      new Healthcheck(
          List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);

  public Healthcheck {
    test = List.copyOf(test);
  }

  static Healthcheck from(ObjectNode node, String what) throws OciException {
    return new Healthcheck(
        Json.textsIn(node, "Test", what),
        duration(node, "Interval", what),
        duration(node, "Timeout", what),
        duration(node, "StartPeriod", what),
        duration(node, "StartInterval", what),
        (int) Math.min(Integer.MAX_VALUE, number(node, "Retries", what)));
  }

  private static Duration duration(ObjectNode node, String key, String what) throws OciException {
    return Duration.ofNanos(number(node, key, what));
  }

  private static long number(ObjectNode node, String key, String what) throws OciException {
    JsonNode value = Json.child(node, key);
    return value == null ? 0 : Json.sizeIn(node, key, what);
  }

  ObjectNode json() {
    ObjectNode node = Json.newObject();
    if (!test.isEmpty()) {
      ArrayNode words = node.putArray("Test");
      test.forEach(words::add);
    }
    put(node, "Interval", interval.toNanos());
    put(node, "Timeout", timeout.toNanos());
    put(node, "StartPeriod", startPeriod.toNanos());
    put(node, "StartInterval", startInterval.toNanos());
    put(node, "Retries", retries);
    return node;
  }

  private static void put(ObjectNode node, String key, long number) {
    if (number != 0) {
      node.put(key, number);
    }
  }
}
