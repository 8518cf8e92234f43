package org.anyarch.twins;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where packages for this machine come from that stand for those of a root folder. What one root's
/// apt trusts says nothing of another's, so this is kept with the step that found it, for the steps
/// behind it: the lists it was found by may be gone there.
public final class Origins {
  public static final Origins NONE = new Origins(Map.of());

  /// Package, version, digest and URI.
  private static final Pattern LINE = Pattern.compile("(\\S+ \\S+) ([0-9a-f]{64}) (https?://\\S+)");

  private final Map<String, Archive.Deb> debs;

  Origins(Map<String, Archive.Deb> debs) {
    this.debs = Map.copyOf(debs);
  }

  Map<String, Archive.Deb> debs() {
    return debs;
  }

  /// What files written by [#write] say together, later ones before earlier ones. Files that are
  /// not there say nothing.
  public static Origins read(List<Path> files) throws IOException {
    Map<String, Archive.Deb> debs = new HashMap<>();
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String line : (Iterable<String>) text.lines()::iterator) {
          Matcher matcher = LINE.matcher(line);
          if (matcher.matches()) {
            try {
              debs.put(
                  matcher.group(1), new Archive.Deb(new URI(matcher.group(3)), matcher.group(2)));
            } catch (URISyntaxException e) {
              throw new IOException(file + " is damaged: " + e.getMessage(), e);
            }
          }
        }
      }
    }
    return new Origins(debs);
  }

  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(debs)
        .forEach(
            (key, deb) ->
                text.append(key + " " + deb.sha256() + " " + deb.uri().toASCIIString() + "\n"));
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
  }

  public boolean isEmpty() {
    return debs.isEmpty();
  }
}
