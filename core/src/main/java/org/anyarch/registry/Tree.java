package org.anyarch.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlFactory;
import tools.jackson.dataformat.toml.TomlMapper;

/// A table of a document in JSON or TOML, read with limits and typed access; what is null counts as
/// absent.
///
/// @param what the document's name in messages
/// @param reason of the exceptions that say what is wrong with it
record Tree(ObjectNode node, String what, RegistryException.Reason reason) {
  /// What registries take at most for a manifest; nothing else comes near to it.
  static final int LARGEST = 4 << 20;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxDocumentLength(LARGEST)
          .maxNestingDepth(32)
          .maxStringLength(LARGEST)
          .maxNumberLength(64)
          .build();

  /// Made when it is wanted: few users have TOML to be read.
  private static final class Toml {
    static final ObjectMapper MAPPER =
        TomlMapper.builder(TomlFactory.builder().streamReadConstraints(LIMITS).build()).build();
  }

  private static final class Json {
    static final ObjectMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(LIMITS)
                    // Of two equal keys one reader takes the first and another the last.
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
  }

  static Tree json(byte[] document, String what, RegistryException.Reason reason)
      throws RegistryException {
    requireSize(document, what, reason);
    try {
      return of(Json.MAPPER.readTree(document), what, reason);
    } catch (JacksonException e) {
      // The parser's words quote the document, and what is read here may be secret.
      throw new RegistryException(reason, what + " is no valid JSON" + place(e) + ".");
    }
  }

  static Tree toml(byte[] document, String what, RegistryException.Reason reason)
      throws RegistryException {
    requireSize(document, what, reason);
    try {
      return of(Toml.MAPPER.readTree(document), what, reason);
    } catch (JacksonException e) {
      String why = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new RegistryException(
          reason, what + " is no valid TOML" + place(e) + ": " + why + ".", e);
    }
  }

  private static void requireSize(byte[] document, String what, RegistryException.Reason reason)
      throws RegistryException {
    if (document.length > LARGEST) {
      throw new RegistryException(reason, what + " is larger than " + LARGEST + " bytes.");
    }
  }

  private static Tree of(JsonNode root, String what, RegistryException.Reason reason)
      throws RegistryException {
    if (root instanceof ObjectNode object) {
      return new Tree(object, what, reason);
    }
    throw new RegistryException(reason, what + " is no table of keys and values.");
  }

  private static String place(JacksonException failure) {
    TokenStreamLocation location = failure.getLocation();
    return location == null
        ? ""
        : " in line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private @Nullable JsonNode at(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  Set<String> keys() {
    return Set.copyOf(node.propertyNames());
  }

  Optional<Tree> child(String key) throws RegistryException {
    JsonNode value = at(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof ObjectNode object) {
      return Optional.of(new Tree(object, what, reason));
    }
    throw wrong(key, "a table");
  }

  List<Tree> children(String key) throws RegistryException {
    List<Tree> children = new ArrayList<>();
    for (JsonNode value : list(key)) {
      if (!(value instanceof ObjectNode object)) {
        throw wrong(key, "a list of tables");
      }
      children.add(new Tree(object, what, reason));
    }
    return children;
  }

  /// Null where there is no such key: an empty list can mean something else.
  @Nullable List<String> texts(String key) throws RegistryException {
    if (at(key) == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(key)) {
      if (!value.isString()) {
        throw wrong(key, "a list of strings");
      }
      texts.add(value.stringValue());
    }
    return List.copyOf(texts);
  }

  private List<JsonNode> list(String key) throws RegistryException {
    JsonNode value = at(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof ArrayNode array) {
      return List.copyOf(array.values());
    }
    throw wrong(key, "a list");
  }

  /// Empty when absent.
  String text(String key) throws RegistryException {
    JsonNode value = at(key);
    if (value == null) {
      return "";
    }
    if (value.isString()) {
      return value.stringValue();
    }
    throw wrong(key, "a string");
  }

  boolean flag(String key) throws RegistryException {
    JsonNode value = at(key);
    if (value == null || value.isBoolean()) {
      return value != null && value.booleanValue();
    }
    throw wrong(key, "true or false");
  }

  OptionalLong number(String key) throws RegistryException {
    JsonNode value = at(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return OptionalLong.of(value.longValue());
    }
    throw wrong(key, "a whole number");
  }

  /// In the document's order.
  Map<String, String> textMap(String key) throws RegistryException {
    Map<String, String> map = new LinkedHashMap<>();
    Optional<Tree> table = child(key);
    if (table.isPresent()) {
      for (String name : table.get().node().propertyNames()) {
        map.put(name, table.get().text(name));
      }
    }
    return map;
  }

  private RegistryException wrong(String key, String expected) {
    return new RegistryException(
        reason, "\"" + key + "\" in " + what + " is not " + expected + ".");
  }

  /// Without what is in it, which may be secret.
  @Override
  public String toString() {
    return what;
  }
}
