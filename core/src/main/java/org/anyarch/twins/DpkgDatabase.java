package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.anyarch.oci.Digest;
import org.anyarch.oci.RootPath;

/// Which packages dpkg says are installed in a root folder, and what their files were when they
/// were installed. Nothing in it is believed beyond that: files are compared with their digests.
final class DpkgDatabase {
  /// Larger ones than any distribution's whole archive are not read.
  private static final long LARGEST = 256L << 20;

  private static final String FOLDER = "/var/lib/dpkg/";

  /// @param architecture as Debian calls it, or `all`
  record Installed(String name, String version, String architecture) {}

  private final Path root;
  private final Map<String, Installed> packages;
  private final Digest identity;
  private final Map<String, Map<String, String>> digests = new HashMap<>();
  private final Map<String, Installed> owners = new HashMap<>();

  private DpkgDatabase(Path root, Digest identity, Map<String, Installed> packages) {
    this.root = root;
    this.identity = identity;
    this.packages = packages;
  }

  /// The database of `root`, if there is one.
  static Optional<DpkgDatabase> of(Path root) throws IOException {
    Optional<String> status = read(root, "status");
    return status.map(
        text ->
            new DpkgDatabase(
                root, Digest.ofSha256(text.getBytes(StandardCharsets.ISO_8859_1)), parse(text)));
  }

  private static Optional<String> read(Path root, String name) throws IOException {
    Path file = RootPath.resolve(root, FOLDER + name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  /// The stanzas of deb822 that matter, by name. A package that is installed for two architectures
  /// is ambiguous, and left out.
  private static Map<String, Installed> parse(String status) {
    Map<String, Installed> packages = new HashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String stanza : status.split("\n\n", -1)) {
      Map<String, String> fields = new HashMap<>();
      for (String line : stanza.split("\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
          fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
      String name = fields.getOrDefault("Package", "");
      if (!name.isEmpty() && fields.getOrDefault("Status", "").endsWith(" installed")) {
        seen.merge(name, 1, Integer::sum);
        packages.put(
            name,
            new Installed(
                name, fields.getOrDefault("Version", ""), fields.getOrDefault("Architecture", "")));
      }
    }
    packages.keySet().removeIf(name -> seen.getOrDefault(name, 0) > 1);
    return packages;
  }

  /// Changes with what is installed.
  Digest identity() {
    return identity;
  }

  Optional<Installed> find(String name) {
    return Optional.ofNullable(packages.get(name));
  }

  /// MD5 digests in hexadecimal of the files of an installed package, by paths that begin with a
  /// slash.
  Map<String, String> digests(Installed installed) throws IOException {
    Map<String, String> known = digests.get(installed.name());
    if (known == null) {
      known = new LinkedHashMap<>();
      Optional<String> sums = read(root, "info/" + installed.name() + ".md5sums");
      if (sums.isEmpty()) {
        sums = read(root, "info/" + installed.name() + ":" + installed.architecture() + ".md5sums");
      }
      for (String line : sums.orElse("").split("\n", -1)) {
        String[] words = line.split("\\s+", 2);
        if (words.length == 2 && words[0].length() == 32) {
          known.put("/" + words[1], words[0]);
        }
      }
      digests.put(installed.name(), known);
    }
    return known;
  }

  /// Whose file that is. Packages may say that it is in /lib where it is in /usr/lib.
  Optional<Installed> owner(String path) throws IOException {
    if (owners.isEmpty()) {
      for (Installed installed : packages.values()) {
        for (String file : digests(installed).keySet()) {
          owners.put(unmerged(file), installed);
        }
      }
    }
    return Optional.ofNullable(owners.get(unmerged(path)));
  }

  /// The bytes of the file that `path` leads to, if they are what its package brought.
  Optional<byte[]> unaltered(String path) throws IOException {
    Path file = RootPath.resolve(root, path);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
      return Optional.empty();
    }
    String real = "/" + root.relativize(file);
    Optional<Installed> owner = owner(real);
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> known = digests(owner.get());
    String digest = known.getOrDefault(real, known.getOrDefault(unmerged(real), ""));
    return TwinTree.md5(file).equals(digest)
        ? Optional.of(Files.readAllBytes(file))
        : Optional.empty();
  }

  private static String unmerged(String path) {
    return path.startsWith("/usr/") ? path.substring("/usr".length()) : path;
  }
}
