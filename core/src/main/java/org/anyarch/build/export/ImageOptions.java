package org.anyarch.build.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.anyarch.build.BuildException;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;

/// What a caller adds to images beyond the Containerfile.
///
/// @param labels go before those of the Containerfile
/// @param annotations of manifests and indexes
public record ImageOptions(Map<String, String> labels, List<Annotation> annotations) {
  public static final ImageOptions NONE = new ImageOptions(Map.of(), List.of());

  private static final Pattern ANNOTATION =
      Pattern.compile(
          "(?:((?:manifest|index)(?:-descriptor)?(?:\\[[^\\]]*\\])?"
              + "(?:,(?:manifest|index)(?:-descriptor)?(?:\\[[^\\]]*\\])?)*):)?([^=]+)=(.*)",
          Pattern.DOTALL);

  private static final String NO_PLACE =
      " is no place; the places are manifest, index, manifest-descriptor and index-descriptor";

  private static final Pattern PLACE = Pattern.compile("([a-z-]+)(?:\\[([^\\]]*)\\])?");

  /// Where an annotation stands.
  public enum Place {
    /// In the manifest of a platform.
    MANIFEST,
    /// In the index of all platforms.
    INDEX,
    /// Where the index names a platform's manifest.
    MANIFEST_DESCRIPTOR,
    /// Where the layout's own index names the result.
    INDEX_DESCRIPTOR
  }

  /// @param platform of a manifest, the only one that is meant; empty for all
  public record Annotation(Place place, Optional<Platform> platform, String key, String value) {}

  public ImageOptions {
    labels = Map.copyOf(labels);
    annotations = List.copyOf(annotations);
  }

  /// Reads `[PLACE[,PLACE]…:]KEY=VALUE`, where a place is `manifest`, `index`,
  /// `manifest-descriptor` or `index-descriptor`, the manifests' with a `[PLATFORM]` behind them if
  /// one is meant.
  ///
  /// @throws BuildException that says what is wrong with it
  public static List<Annotation> annotation(String text) throws BuildException {
    Matcher matcher = ANNOTATION.matcher(text);
    if (!matcher.matches()) {
      throw new BuildException(
          "it is not KEY=VALUE, or PLACE:KEY=VALUE with manifest, index, manifest-descriptor or"
              + " index-descriptor as place");
    }
    String places = matcher.group(1) == null ? "manifest" : matcher.group(1);
    String key = matcher.group(2);
    int colon = key.indexOf(':');
    if (colon >= 0) {
      throw new BuildException(key.substring(0, colon) + NO_PLACE);
    }
    String value = matcher.group(3);
    List<Annotation> annotations = new ArrayList<>();
    for (String place : places.split(",(?=manifest|index)", -1)) {
      annotations.add(one(place, key, value));
    }
    return annotations;
  }

  private static Annotation one(String text, String key, String value) throws BuildException {
    Matcher matcher = PLACE.matcher(text);
    if (!matcher.matches()) {
      throw new BuildException(text + NO_PLACE);
    }
    Place place =
        Arrays.stream(Place.values())
            .filter(p -> name(p).equals(matcher.group(1)))
            .findFirst()
            .orElseThrow(() -> new BuildException(text + NO_PLACE));
    String platform = matcher.group(2);
    if (platform == null) {
      return new Annotation(place, Optional.empty(), key, value);
    }
    if (place == Place.INDEX || place == Place.INDEX_DESCRIPTOR) {
      throw new BuildException("an index is of all platforms; leave [" + platform + "] out");
    }
    try {
      return new Annotation(place, Optional.of(Platform.parse(platform)), key, value);
    } catch (PlatformException e) {
      throw new BuildException("[" + platform + "]: " + e.getMessage(), e);
    }
  }

  private static String name(Place place) {
    return place.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The annotations of a place that mean every platform.
  public SortedMap<String, String> at(Place place) {
    return at(place, _ -> false);
  }

  /// The annotations of a place that mean this platform, alone or among all.
  public SortedMap<String, String> at(Place place, Platform platform) {
    return at(place, wanted -> wanted.normalized().equals(platform.normalized()));
  }

  private SortedMap<String, String> at(Place place, Predicate<Platform> meant) {
    SortedMap<String, String> found = new TreeMap<>();
    for (Annotation annotation : annotations) {
      if (annotation.place() == place && annotation.platform().map(meant::test).orElse(true)) {
        found.put(annotation.key(), annotation.value());
      }
    }
    return found;
  }

  /// The platforms that single annotations are for.
  public Set<Platform> platforms() {
    return annotations.stream()
        .flatMap(annotation -> annotation.platform().stream())
        .map(Platform::normalized)
        .collect(Collectors.toSet());
  }
}
