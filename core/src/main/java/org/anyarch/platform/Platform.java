package org.anyarch.platform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.anyarch.text.Nearest;

/// An OCI platform: operating system, architecture, variant. The variant stays as it was written
/// (`v8` of `arm64/v8`); [#normalized] tells which ones mean the same.
///
/// @param variant empty when none was given
public record Platform(String os, String architecture, String variant) {
  private static final Pattern WORD = Pattern.compile("[a-z0-9_.-]{1,32}");

  /// Reads `linux/arm64`, `arm64`, `linux/arm/v7`, or what uname -m, Debian and QEMU call a
  /// machine.
  ///
  /// @throws PlatformException if no guest and no host of anyarch is called so; the message
  ///   suggests the nearest name
  public static Platform parse(String text) throws PlatformException {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    List<String> parts = new ArrayList<>(List.of(lower.split("/", -1)));
    if (parts.size() > 1 && (parts.getFirst().equals("linux") || parts.size() == 3)) {
      if (!parts.getFirst().equals("linux")) {
        throw new PlatformException(
            "\""
                + text
                + "\" is not a platform of Linux; anyarch builds for linux/ARCHITECTURE[/VARIANT] only");
      }
      parts.removeFirst();
    }
    String architecture = parts.getFirst();
    String variant = parts.size() > 1 ? parts.get(1) : "";
    Optional<Platform> known = canonical(architecture);
    if (parts.size() > 2
        || known.isEmpty()
        || (parts.size() > 1 && !WORD.matcher(variant).matches())) {
      throw new PlatformException("unknown platform \"" + text + "\"; " + suggestion(architecture));
    }
    String own = variant.isEmpty() ? known.get().variant() : variant;
    Platform platform = new Platform("linux", known.get().architecture(), own);
    if (!platform.variants().isEmpty() && !own.isEmpty() && !platform.variants().contains(own)) {
      throw new PlatformException(
          "unknown variant \""
              + variant
              + "\" of "
              + architecture
              + "; there are "
              + String.join(", ", platform.variants()));
    }
    return platform;
  }

  /// Reads a list separated by commas, none of them empty. Of those that mean the same the first
  /// counts, as it is spelled.
  public static List<Platform> parseList(String text) throws PlatformException {
    Map<Platform, Platform> platforms = new LinkedHashMap<>();
    for (String one : text.split(",", -1)) {
      Platform platform = parse(one);
      platforms.putIfAbsent(platform.normalized(), platform);
    }
    return List.copyOf(platforms.values());
  }

  /// The architecture that a vocabulary's name means, with the variant that the name implies.
  private static Optional<Platform> canonical(String name) {
    String variant =
        switch (name) {
          case "armel", "armv5", "armv5l", "armv5tel" -> "v5";
          case "armv6", "armv6l" -> "v6";
          case "armhf", "armv7", "armv7l", "armhfp" -> "v7";
          case "armv8l" -> "v8";
          default -> "";
        };
    return Guest.named(name)
        .flatMap(Guest::image)
        .map(p -> new Platform(p.os(), p.architecture(), name.equals("arm") ? "" : variant));
  }

  private static String suggestion(String architecture) {
    List<String> known =
        Guest.all().stream()
            .flatMap(g -> g.image().stream())
            .map(Platform::architecture)
            .distinct()
            .toList();
    return Nearest.of(architecture, known)
        .map(n -> "did you mean linux/" + n + "?")
        .orElse("anyarch platforms lists all");
  }

  /// The machine this JVM runs on.
  public static Platform host() {
    String name = System.getProperty("os.arch", "");
    return canonical(name.toLowerCase(Locale.ROOT)).orElse(new Platform("linux", name, ""));
  }

  /// The variants that are told apart, the least demanding first.
  private List<String> variants() {
    return switch (architecture) {
      case "arm" -> List.of("v5", "v6", "v7", "v8");
      case "arm64" ->
          List.of(
              "v8", "v8.1", "v8.2", "v8.3", "v8.4", "v8.5", "v8.6", "v8.7", "v8.8", "v8.9", "v9",
              "v9.1", "v9.2", "v9.3", "v9.4", "v9.5", "v9.6", "v9.7");
      case "amd64" -> List.of("v1", "v2", "v3", "v4");
      default -> List.of();
    };
  }

  /// The one spelling of what this platform means: `arm64/v8` is arm64, `amd64/v1` is amd64, `arm`
  /// is `arm/v7`.
  public Platform normalized() {
    String usual =
        switch (architecture + " " + variant) {
          case "arm64 v8", "amd64 v1" -> "";
          case "arm " -> "v7";
          default -> variant;
        };
    return new Platform(os, architecture, usual);
  }

  /// Whether a machine of this platform runs images of `image`: the same system and architecture,
  /// and a variant that asks for no more than this one has.
  public boolean canRun(Platform image) {
    Platform mine = normalized();
    Platform theirs = image.normalized();
    if (!mine.os.equals(theirs.os) || !mine.architecture.equals(theirs.architecture)) {
      return false;
    }
    return mine.variant.equals(theirs.variant)
        || (mine.rank() >= theirs.rank() && theirs.rank() >= 0);
  }

  /// The place of the variant among those of its architecture; -1 for one that is not known.
  private int rank() {
    if (variant.isEmpty()) {
      return 0;
    }
    return variants().indexOf(variant);
  }

  /// Which of the offered platforms this one runs best: the most demanding variant that it still
  /// has.
  public Optional<Platform> best(List<Platform> offered) {
    return offered.stream()
        .filter(this::canRun)
        .max(Comparator.comparingInt(p -> p.normalized().rank()));
  }

  /// `linux/arm/v7`.
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
