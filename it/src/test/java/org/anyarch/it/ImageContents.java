package org.anyarch.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.anyarch.oci.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What an image comes to: the files of its root folder and its configuration, each as a line a
/// reader understands, by what it tells: `/etc/passwd mode`, `Env`.
record ImageContents(Map<String, String> facts) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PERMISSIONS = 07777;
  private static final List<String> SETTINGS =
      List.of(
          "Env",
          "Cmd",
          "Entrypoint",
          "User",
          "WorkingDir",
          "Labels",
          "ExposedPorts",
          "Volumes",
          "StopSignal",
          "Healthcheck",
          "OnBuild",
          "Shell");

  /// @param xattrs by path below the root, as `getfattr` tells them
  static ImageContents of(
      Path root, JsonNode configuration, Map<String, String> xattrs, List<String> times)
      throws IOException {
    Map<String, String> facts = new TreeMap<>();
    settings(configuration, facts);
    Map<Object, String> firstNames = new HashMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(p -> !p.equals(root)).sorted().toList()) {
        String name = "/" + root.relativize(path);
        facts.put(name, "is there");
        file(path, name, firstNames, facts);
        facts.put(name + " xattrs", xattrs.getOrDefault(name, ""));
        if (times.contains(name)) {
          FileTime time = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
          facts.put(name + " time", time.toInstant().getEpochSecond() + "");
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new ImageContents(facts);
  }

  private static void file(
      Path path, String name, Map<Object, String> firstNames, Map<String, String> facts)
      throws IOException {
    Map<String, Object> stat = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) Objects.requireNonNull(stat.get("mode"));
    facts.put(name + " owner", stat.get("uid") + ":" + stat.get("gid"));
    if (Files.isSymbolicLink(path)) {
      facts.put(name + " type", "link to " + Files.readSymbolicLink(path));
      return;
    }
    facts.put(name + " mode", Integer.toOctalString(mode & PERMISSIONS));
    if (Files.isDirectory(path)) {
      facts.put(name + " type", "folder");
      return;
    }
    String first = firstNames.merge(Objects.requireNonNull(stat.get("ino")), name, (old, _) -> old);
    facts.put(name + " links", first.equals(name) ? "its own" : "the file " + first);
    if (Files.isRegularFile(path)) {
      facts.put(name + " type", "file");
      facts.put(name + " content", Digest.ofSha256(Files.readAllBytes(path)).toString());
    } else {
      facts.put(name + " type", Integer.toOctalString(mode) + ", device " + stat.get("rdev"));
    }
  }

  /// Nothing and an empty list say the same.
  private static void settings(JsonNode configuration, Map<String, String> facts) {
    for (String name : List.of("author", "os", "architecture", "variant")) {
      facts.put(name, configuration.path(name).asString(""));
    }
    JsonNode config = configuration.path("config");
    for (String name : SETTINGS) {
      JsonNode value = config.path(name);
      facts.put(name, value.isEmpty() && !value.isString() ? "" : value.toString());
    }
    facts.replaceAll((_, value) -> value.equals("\"\"") ? "" : value);
  }

  /// The configuration of the one image of a layout.
  static JsonNode configuration(Path layout) throws IOException {
    JsonNode index = JSON.readTree(Files.readString(layout.resolve("index.json")));
    JsonNode manifest = blob(layout, index.path("manifests").path(0));
    return blob(layout, manifest.path("config"));
  }

  private static JsonNode blob(Path layout, JsonNode descriptor) throws IOException {
    String digest = descriptor.path("digest").asString("").replace(":", "/");
    return JSON.readTree(Files.readString(layout.resolve("blobs").resolve(digest)));
  }

  /// What is not the same here and there, and how it is there and here. Where a file is on one side
  /// only, that is all that is said of it.
  Map<String, String> differences(ImageContents other) {
    Set<String> names = new TreeSet<>(facts.keySet());
    names.addAll(other.facts.keySet());
    Map<String, String> found = new TreeMap<>();
    for (String name : names) {
      String ours = facts.getOrDefault(name, "is not there");
      String theirs = other.facts.getOrDefault(name, "is not there");
      boolean detail = name.startsWith("/") && name.contains(" ");
      String file = detail ? name.substring(0, name.lastIndexOf(' ')) : name;
      boolean both = facts.containsKey(file) && other.facts.containsKey(file);
      if (!ours.equals(theirs) && (both || !detail)) {
        found.put(name, "anyarch: " + ours + ", buildah: " + theirs);
      }
    }
    return found;
  }
}
