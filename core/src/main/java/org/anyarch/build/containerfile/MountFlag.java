package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.text.Nearest;

/// One `--mount=KEY=VALUE,…` of RUN. The values of all keys but `from` may name variables.
///
/// @param location where the flag's value stands
/// @param fields the keys in their order
public record MountFlag(Location location, List<Field> fields) {
  /// @param value empty for a key without `=`
  public record Field(String key, Optional<String> value) {}

  /// Expands variables in a value.
  public interface Expansion {
    String expand(Word word) throws ContainerfileException;
  }

  private static final Set<String> ANY = Set.of("type", "target");
  private static final Set<String> OWNED = Set.of("mode", "uid", "gid");

  /// The keys that each type knows beside [#ANY].
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "bind", Set.of("source", "from", "ro", "rw"),
          "cache", Set.of("id", "source", "from", "ro", "rw", "sharing", "mode", "uid", "gid"),
          "tmpfs", Set.of("size", "ro", "rw"),
          "secret", Set.of("id", "source", "env", "required", "ro", "mode", "uid", "gid"),
          "ssh", Set.of("id", "required", "ro", "mode", "uid", "gid"));

  private static final Map<String, String> SYNONYMS =
      Map.of(
          "dst",
          "target",
          "destination",
          "target",
          "src",
          "source",
          "readonly",
          "ro",
          "readwrite",
          "rw");

  private static final Set<String> SWITCHES = Set.of("ro", "rw", "required");

  private static final Pattern SIZE = Pattern.compile("(?i)(\\d{1,15})(?:([kmgtp])i?)?b?");

  public MountFlag {
    fields = List.copyOf(fields);
  }

  /// Reads a flag's value. What can be judged before variables are known is judged now.
  static MountFlag parse(Word word) throws ContainerfileException {
    List<Field> fields = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String text : commaSeparated(word)) {
      int equals = text.indexOf('=');
      String written = (equals < 0 ? text : text.substring(0, equals)).toLowerCase(Locale.ROOT);
      String key = SYNONYMS.getOrDefault(written, written);
      boolean known = ANY.contains(key) || KEYS.values().stream().anyMatch(k -> k.contains(key));
      if (!known) {
        List<String> all = KEYS.values().stream().flatMap(Set::stream).distinct().sorted().toList();
        throw fault(
            word.location(),
            "there is no \""
                + written
                + "\""
                + Nearest.of(written, all).map(n -> "; did you mean " + n + "?").orElse(""));
      }
      if (equals < 0 && !SWITCHES.contains(key)) {
        throw fault(word.location(), written + " needs a value: " + written + "=…");
      }
      if (!seen.add(key)) {
        throw fault(word.location(), written + " is said twice; leave one");
      }
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1));
      if (key.equals("from") && value.orElse("").contains("$")) {
        throw fault(
            word.location(),
            "from="
                + value.orElse("")
                + " cannot have variables; name a stage: FROM "
                + value.orElse("")
                + " AS NAME, and from=NAME");
      }
      fields.add(new Field(key, value));
    }
    MountFlag flag = new MountFlag(word.location(), fields);
    if (word.text().indexOf('$') < 0) {
      flag.mount(Word::text);
    }
    return flag;
  }

  private static ContainerfileException fault(Location location, String what) {
    return new ContainerfileException(location, "RUN --mount: " + what);
  }

  /// One line of CSV: a field in double quotes may have commas, and two quotes in it are one.
  private static List<String> commaSeparated(Word word) throws ContainerfileException {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    String text = word.text();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quoted && c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
        field.append(c);
        at++;
      } else if (c == '"' && (quoted || field.isEmpty())) {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw fault(word.location(), "a \" is not closed");
    }
    fields.add(field.toString());
    return fields;
  }

  /// The stage, context or image that is mounted, which no variable is in; empty for none.
  public String from() {
    return fields.stream()
        .filter(field -> field.key().equals("from"))
        .findFirst()
        .flatMap(Field::value)
        .orElse("");
  }

  /// The mount that this flag asks for.
  public Mount mount(Expansion expansion) throws ContainerfileException {
    Map<String, String> values = new TreeMap<>();
    for (Field field : fields) {
      String value = "true";
      if (field.value().isPresent()) {
        value = field.value().get();
        if (!field.key().equals("from")) {
          value = expansion.expand(new Word(value, location));
        }
      }
      values.put(field.key(), value);
    }
    return new Values(location, values).mount();
  }

  /// The keys with what they finally say.
  private record Values(Location location, Map<String, String> values) {
    Mount mount() throws ContainerfileException {
      String type = text("type").isEmpty() ? "bind" : text("type").toLowerCase(Locale.ROOT);
      Set<String> keys = KEYS.get(type);
      if (keys == null) {
        throw fault(
            location,
            "there is no type \"" + type + "\"; the types are bind, cache, tmpfs, secret and ssh");
      }
      for (String key : values.keySet()) {
        if (!ANY.contains(key) && !keys.contains(key)) {
          throw fault(location, key + " is not for type=" + type + "; remove it");
        }
      }
      String target = text("target");
      if (target.isEmpty() && !type.equals("secret") && !type.equals("ssh")) {
        throw fault(location, "type=" + type + " needs a target=PATH");
      }
      boolean byDefault = type.equals("cache") || type.equals("tmpfs");
      boolean writable = values.containsKey("rw") ? truth("rw") : byDefault;
      if (values.containsKey("ro")) {
        writable = !truth("ro");
      }
      return switch (type) {
        case "bind" -> new Mount.Bind(location, target, text("source"), text("from"), writable);
        case "cache" ->
            new Mount.Cache(
                location,
                target,
                text("id"),
                text("source"),
                text("from"),
                writable,
                sharing(),
                owner());
        case "tmpfs" -> new Mount.Tmpfs(location, target, size(), writable);
        case "secret" -> secret(target);
        default ->
            new Mount.Ssh(
                location,
                target,
                text("id").isEmpty() ? "default" : text("id"),
                values.containsKey("required") && truth("required"),
                owner());
      };
    }

    private Mount secret(String target) throws ContainerfileException {
      if (!text("source").isEmpty() && !text("id").isEmpty()) {
        throw fault(location, "id and source of a secret are the same thing; leave one");
      }
      String id = text("id").isEmpty() ? text("source") : text("id");
      if (id.isEmpty()) {
        id = target.substring(target.lastIndexOf('/') + 1);
      }
      if (id.isEmpty()) {
        throw fault(location, "type=secret needs an id=NAME");
      }
      Optional<String> variable =
          Optional.ofNullable(values.get("env")).filter(name -> !name.isEmpty());
      boolean required = values.containsKey("required") && truth("required");
      return new Mount.Secret(location, target, id, variable, required, owner());
    }

    private String text(String key) {
      return values.getOrDefault(key, "");
    }

    private boolean truth(String key) throws ContainerfileException {
      return switch (text(key).toLowerCase(Locale.ROOT)) {
        case "true", "1", "t" -> true;
        case "false", "0", "f" -> false;
        default -> throw fault(location, key + "=" + text(key) + " is neither true nor false");
      };
    }

    private Mount.Sharing sharing() throws ContainerfileException {
      return switch (text("sharing").toLowerCase(Locale.ROOT)) {
        case "", "shared" -> Mount.Sharing.SHARED;
        case "locked" -> Mount.Sharing.LOCKED;
        case "private" -> Mount.Sharing.PRIVATE;
        default ->
            throw fault(
                location, "sharing=" + text("sharing") + " is none of shared, private and locked");
      };
    }

    private Mount.Ownership owner() throws ContainerfileException {
      OptionalInt mode = OptionalInt.empty();
      if (OWNED.stream().anyMatch(values::containsKey) && !text("mode").isEmpty()) {
        if (!text("mode").matches("0?[0-7]{1,4}")) {
          throw fault(location, "mode=" + text("mode") + " is no octal mode such as 0440");
        }
        mode = OptionalInt.of(Integer.parseInt(text("mode"), 8));
      }
      return new Mount.Ownership(mode, id("uid"), id("gid"));
    }

    private int id(String key) throws ContainerfileException {
      if (text(key).isEmpty()) {
        return 0;
      }
      if (!text(key).matches("\\d{1,9}")) {
        throw fault(location, key + "=" + text(key) + " is no number of a user or group");
      }
      return Integer.parseInt(text(key));
    }

    private OptionalLong size() throws ContainerfileException {
      if (text("size").isEmpty()) {
        return OptionalLong.empty();
      }
      Matcher size = SIZE.matcher(text("size"));
      if (!size.matches()) {
        throw fault(location, "size=" + text("size") + " is no size such as 64m");
      }
      long bytes = Long.parseLong(size.group(1));
      String unit = size.group(2);
      int power = unit == null ? 0 : "kmgtp".indexOf(unit.toLowerCase(Locale.ROOT)) + 1;
      try {
        return OptionalLong.of(Math.multiplyExact(bytes, 1L << (10 * power)));
      } catch (ArithmeticException tooLarge) {
        throw fault(location, "size=" + text("size") + " is larger than any memory");
      }
    }
  }
}
