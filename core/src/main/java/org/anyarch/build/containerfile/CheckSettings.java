package org.anyarch.build.containerfile;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the directive `# check=skip=RULE,RULE;error=true` asks for.
///
/// @param skipsAll whether no rule is looked at
/// @param skipped the rules that are not looked at, by name
/// @param experimental the rules beyond the usual ones that are looked at, or `all`
/// @param failsOnWarning whether a warning fails the build
public record CheckSettings(
    boolean skipsAll, Set<String> skipped, Set<String> experimental, boolean failsOnWarning) {
  public static final CheckSettings NONE = new CheckSettings(false, Set.of(), Set.of(), false);

  public CheckSettings {
    skipped = Set.copyOf(skipped);
    experimental = Set.copyOf(experimental);
  }

  /// Reads the value of the directive.
  ///
  /// @throws ContainerfileException at `location` for what is no such setting
  public static CheckSettings parse(String text, Location location) throws ContainerfileException {
    Set<String> skipped = new TreeSet<>();
    Set<String> experimental = new TreeSet<>();
    boolean fails = false;
    for (String part : text.split(";", -1)) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      String key = equals < 0 ? part.strip() : part.substring(0, equals).strip();
      String value = equals < 0 ? "" : part.substring(equals + 1).strip();
      switch (key) {
        case "skip" -> skipped.addAll(names(value));
        case "experimental" -> experimental.addAll(names(value));
        case "error" -> fails = flag(value, location);
        default ->
            throw new ContainerfileException(
                location,
                "check=" + part.strip() + ": say skip=RULE,RULE, experimental=RULE or error=true");
      }
    }
    return new CheckSettings(skipped.contains("all"), skipped, experimental, fails);
  }

  private static Set<String> names(String value) {
    return Arrays.stream(value.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }

  private static boolean flag(String value, Location location) throws ContainerfileException {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw new ContainerfileException(
              location, "check=error=" + value + ": say true or false");
    };
  }
}
