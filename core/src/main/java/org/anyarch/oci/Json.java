package org.anyarch.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON documents of images: read with limits and typed access, written compactly in the order of
/// their nodes. A JSON `null` counts as absent, as Go's encoders write it for empty lists.
final class Json {
  /// What registries and other tools accept at most for a manifest; no honest document is larger.
  static final int LARGEST_DOCUMENT = 4 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(LARGEST_DOCUMENT)
                          .maxNestingDepth(64)
                          .maxTokenCount(1_000_000)
                          .maxNameLength(64 << 10)
                          .maxStringLength(LARGEST_DOCUMENT)
                          .maxNumberLength(64)
                          .build())
                  // Readers that take the first and readers that take the last of two equal keys
                  // would see two different images under one digest.
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /// @param what the document's name in messages, such as `the image index sha256:…`
  static ObjectNode object(byte[] document, String what) throws OciException {
    if (document.length > LARGEST_DOCUMENT) {
      throw new OciException(what + " is larger than " + LARGEST_DOCUMENT + " bytes.");
    }
    try {
      JsonNode node = MAPPER.readTree(document);
      if (node instanceof ObjectNode object) {
        // What cannot be written again (text with half a surrogate pair) is refused now.
        bytes(object);
        return object;
      }
    } catch (JacksonException e) {
      throw new OciException(
          what + " is not valid JSON: " + firstLine(e.getOriginalMessage()) + ".", e);
    }
    throw new OciException(what + " is not a JSON object.");
  }

  static byte[] bytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  static ObjectNode newObject() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode newArray() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static @Nullable JsonNode child(ObjectNode parent, String key) {
    JsonNode node = parent.get(key);
    return node == null || node.isNull() ? null : node;
  }

  static @Nullable ObjectNode objectIn(ObjectNode parent, String key, String what)
      throws OciException {
    JsonNode node = child(parent, key);
    if (node == null || node instanceof ObjectNode) {
      return (ObjectNode) node;
    }
    throw wrong(what, key, "an object");
  }

  static List<JsonNode> listIn(ObjectNode parent, String key, String what) throws OciException {
    JsonNode node = child(parent, key);
    if (node == null) {
      return List.of();
    }
    if (node instanceof ArrayNode array) {
      return List.copyOf(array.values());
    }
    throw wrong(what, key, "a list");
  }

  static List<ObjectNode> objectsIn(ObjectNode parent, String key, String what)
      throws OciException {
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode node : listIn(parent, key, what)) {
      if (!(node instanceof ObjectNode object)) {
        throw wrong(what, key, "a list of objects");
      }
      objects.add(object);
    }
    return objects;
  }

  static List<String> textsIn(ObjectNode parent, String key, String what) throws OciException {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : listIn(parent, key, what)) {
      if (!node.isString()) {
        throw wrong(what, key, "a list of strings");
      }
      texts.add(node.stringValue());
    }
    return List.copyOf(texts);
  }

  /// Empty when absent.
  static String textIn(ObjectNode parent, String key, String what) throws OciException {
    JsonNode node = child(parent, key);
    if (node == null) {
      return "";
    }
    if (node.isString()) {
      return node.stringValue();
    }
    throw wrong(what, key, "a string");
  }

  static String requiredTextIn(ObjectNode parent, String key, String what) throws OciException {
    String text = textIn(parent, key, what);
    if (text.isEmpty()) {
      throw new OciException(what + " has no \"" + key + "\".");
    }
    return text;
  }

  static boolean flagIn(ObjectNode parent, String key, String what) throws OciException {
    JsonNode node = child(parent, key);
    if (node == null || node.isBoolean()) {
      return node != null && node.booleanValue();
    }
    throw wrong(what, key, "true or false");
  }

  /// A size: a whole number that is not negative.
  static long sizeIn(ObjectNode parent, String key, String what) throws OciException {
    JsonNode node = child(parent, key);
    if (node == null || !node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(what, key, "a whole number");
    }
    if (node.longValue() < 0) {
      throw wrong(what, key, "a number that is not negative");
    }
    return node.longValue();
  }

  static SortedMap<String, String> textMapIn(ObjectNode parent, String key, String what)
      throws OciException {
    SortedMap<String, String> map = new TreeMap<>();
    ObjectNode node = objectIn(parent, key, what);
    if (node != null) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!entry.getValue().isString()) {
          throw wrong(what, key, "an object of strings");
        }
        map.put(entry.getKey(), entry.getValue().stringValue());
      }
    }
    return map;
  }

  static void putTextMap(ObjectNode parent, String key, SortedMap<String, String> map) {
    if (!map.isEmpty()) {
      ObjectNode node = parent.putObject(key);
      map.forEach(node::put);
    }
  }

  /// An empty text removes the key.
  static void putText(ObjectNode parent, String key, String text) {
    if (text.isEmpty()) {
      parent.remove(key);
    } else {
      parent.put(key, text);
    }
  }

  /// An empty list removes the key.
  static void putTexts(ObjectNode parent, String key, List<String> texts) {
    parent.remove(key);
    if (!texts.isEmpty()) {
      ArrayNode list = parent.putArray(key);
      texts.forEach(list::add);
    }
  }

  /// A set as Go writes it: an object whose keys, in their order, have empty objects as values; no
  /// keys remove it.
  static void putKeys(ObjectNode parent, String key, Iterable<String> keys) {
    NavigableSet<String> sorted = new TreeSet<>();
    keys.forEach(sorted::add);
    parent.remove(key);
    if (!sorted.isEmpty()) {
      ObjectNode set = parent.putObject(key);
      sorted.forEach(set::putObject);
    }
  }

  /// A copy with the keys of `order` first, then the others by name.
  static ObjectNode ordered(ObjectNode node, List<String> order) {
    ObjectNode sorted = newObject();
    for (String key : order) {
      JsonNode value = node.get(key);
      if (value != null) {
        sorted.set(key, value);
      }
    }
    for (String key : new TreeSet<>(node.propertyNames())) {
      if (!sorted.has(key)) {
        sorted.set(key, node.path(key));
      }
    }
    return sorted;
  }

  static OciException wrong(String what, String key, String expected) {
    return new OciException("\"" + key + "\" of " + what + " is not " + expected + ".");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("unreadable");
  }
}
