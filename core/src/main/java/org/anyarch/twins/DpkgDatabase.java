package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.anyarch.oci.Digest;

/// Which packages dpkg says are unpacked in a root folder, and what their files were then. Nothing
/// in it is believed beyond that: files are compared with their digests.
final class DpkgDatabase {
  private static final String FOLDER = "/var/lib/dpkg/";

  /// dpkg itself keeps a few hundred stanzas there.
  private static final long LARGEST_UPDATES = 16 << 20;

  /// Those in which a package's files are all there.
  private static final Set<String> STATES =
      Set.of("installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending");

  /// In the paths of modules: those of perl, and those of the C library that convert texts.
  private static final String PERLS = "/auto/";

  private static final String CONVERSIONS = "/gconv/";

  /// As dpkg allows them to be. Texts that are searched and written later are made of these.
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.+-]*");

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9.+:~-]+");

  /// @param architecture as Debian calls it, or `all`
  record Installed(String name, String version, String architecture) {
    private static final Pattern REPEATED = Pattern.compile("\\+b\\d+$");

    /// The version of the source that it was built from. What is behind it counts builds for one
    /// architecture, which were repeated without a change of the source.
    String sourceVersion() {
      return REPEATED.matcher(version).replaceFirst("");
    }
  }

  private final RootFiles root;
  private final Map<String, Installed> packages;
  private final Digest identity;
  private final Map<String, Map<String, String>> digests = new HashMap<>();
  private final Map<String, Installed> libraries = new HashMap<>();
  private final Map<String, Installed> owners = new HashMap<>();
  private final Map<String, Installed> modules = new TreeMap<>();

  private DpkgDatabase(RootFiles root, Digest identity, Map<String, Installed> packages) {
    this.root = root;
    this.identity = identity;
    this.packages = packages;
  }

  /// The database of `root`, if there is one.
  static Optional<DpkgDatabase> of(RootFiles root) throws IOException {
    Optional<String> status = root.read(FOLDER + "status");
    if (status.isEmpty()) {
      return Optional.empty();
    }
    // What a running dpkg has not written into the status file yet, the oldest first.
    List<String> texts = new ArrayList<>(List.of(status.get()));
    long length = 0;
    for (String name : root.names(FOLDER + "updates").stream().sorted().toList()) {
      if (name.chars().allMatch(Character::isDigit)) {
        String text = root.read(FOLDER + "updates/" + name).orElse("");
        length += text.length();
        if (length > LARGEST_UPDATES) {
          return Optional.empty();
        }
        texts.add(text);
      }
    }
    return Optional.of(
        new DpkgDatabase(
            root,
            Digest.ofSha256(String.join("\n\n", texts).getBytes(StandardCharsets.ISO_8859_1)),
            parse(texts)));
  }

  /// The fields that matter, by names of packages. A package that is installed for two
  /// architectures is ambiguous, and left out.
  private static Map<String, Installed> parse(List<String> texts) {
    Map<String, Map<String, Installed>> all = new HashMap<>();
    for (String text : texts) {
      for (Map<String, String> stanza : Deb822.stanzas(text)) {
        Installed installed =
            new Installed(
                stanza.getOrDefault("package", ""),
                stanza.getOrDefault("version", ""),
                stanza.getOrDefault("architecture", ""));
        if (!NAME.matcher(installed.name()).matches()
            || !VERSION.matcher(installed.version()).matches()) {
          continue;
        }
        String status = stanza.getOrDefault("status", "");
        Map<String, Installed> same = all.computeIfAbsent(installed.name(), _ -> new HashMap<>());
        if (STATES.contains(status.substring(status.lastIndexOf(' ') + 1))) {
          same.put(installed.architecture(), installed);
        } else {
          same.remove(installed.architecture());
        }
      }
    }
    Map<String, Installed> packages = new HashMap<>();
    for (Map<String, Installed> same : all.values()) {
      Collection<Installed> values = same.values();
      if (values.size() == 1) {
        Installed only = values.iterator().next();
        packages.put(only.name(), only);
      }
    }
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
      for (String line : (Iterable<String>) info(installed, "md5sums").lines()::iterator) {
        String[] words = line.split("\\s+", 2);
        if (words.length == 2 && words[0].length() == 32) {
          known.put("/" + words[1], words[0]);
        }
      }
      digests.put(installed.name(), known);
    }
    return known;
  }

  /// Whose library that is.
  ///
  /// @param name by which programs need it
  Optional<Installed> library(String name) throws IOException {
    return Optional.ofNullable(libraries().get(name));
  }

  /// The names of libraries that begin so. Those without a version are for linkers.
  Set<String> librariesNamed(String begin) throws IOException {
    Set<String> names = new TreeSet<>(libraries().keySet());
    names.removeIf(name -> !name.startsWith(begin) || !name.contains(".so."));
    return names;
  }

  /// The modules of perl and of the C library that packages have, by their paths, and whose they
  /// are.
  Map<String, Installed> modules() throws IOException {
    return libraries().isEmpty() ? Map.of() : modules;
  }

  private Map<String, Installed> libraries() throws IOException {
    if (libraries.isEmpty()) {
      for (Installed installed : packages.values()) {
        for (String path : (Iterable<String>) info(installed, "list").lines()::iterator) {
          int slash = path.lastIndexOf('/');
          if (path.indexOf(".so", slash + 1) > 0 && path.contains("/lib")) {
            libraries.putIfAbsent(path.substring(slash + 1), installed);
            if (path.contains(PERLS) || path.contains(CONVERSIONS)) {
              modules.put(path, installed);
            }
          }
        }
      }
    }
    return libraries;
  }

  /// Whose file that is. Packages may say that it is in /lib where it is in /usr/lib.
  Optional<Installed> owner(String path) throws IOException {
    if (owners.isEmpty()) {
      for (Installed installed : packages.values()) {
        for (String file : digests(installed).keySet()) {
          owners.put(TwinPackage.unmerged(file), installed);
        }
      }
    }
    return Optional.ofNullable(owners.get(TwinPackage.unmerged(path)));
  }

  /// The paths of the package's files that are called so, links among them.
  List<String> named(Installed installed, String name) throws IOException {
    return info(installed, "list").lines().filter(path -> path.endsWith("/" + name)).toList();
  }

  /// The MD5 digest in hexadecimal that a file of the package had.
  Optional<String> digest(Installed installed, String path) throws IOException {
    Map<String, String> known = digests(installed);
    String digest = known.get(path);
    return Optional.ofNullable(digest == null ? known.get(TwinPackage.unmerged(path)) : digest);
  }

  private String info(Installed installed, String kind) throws IOException {
    String folder = FOLDER + "info/" + installed.name();
    Optional<String> text = root.read(folder + "." + kind);
    if (text.isEmpty()) {
      text = root.read(folder + ":" + installed.architecture() + "." + kind);
    }
    return text.orElse("");
  }
}
