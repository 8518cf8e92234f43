package org.anyarch.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What containers-registries.conf(5), version 2, says: which registries are asked in the place of
/// others, which are insecure or blocked, and what names without a host mean.
///
/// A user's own file goes before the system's; then come the drop-ins, of which a later one
/// replaces what an earlier one says of the same prefix or alias.
final class RegistriesConf {
  /// Where pulls may also go.
  ///
  /// @param pulls for which images: `all`, `digest-only` or `tag-only`
  private record Mirror(String location, boolean insecure, String pulls) {
    boolean serves(RegistryReference image) {
      return switch (pulls) {
        case "digest-only" -> image.digest() != null;
        case "tag-only" -> image.digest() == null;
        default -> true;
      };
    }
  }

  private record Registry(
      String prefix,
      String location,
      boolean insecure,
      boolean blocked,
      List<Mirror> mirrors,
      Path file) {
    private static final String ANY_HOST = "*.";

    /// How much of the name the prefix covers; negative if it is not one of its prefixes.
    int covers(RegistryReference image) {
      String name = image.name();
      if (prefix.startsWith(ANY_HOST)) {
        String host = name.substring(0, image.registry().length());
        String path = prefix.substring(1);
        int slash = path.indexOf('/');
        String domain = slash < 0 ? path : path.substring(0, slash);
        String rest = slash < 0 ? "" : path.substring(slash);
        boolean matches =
            host.endsWith(domain)
                && name.startsWith(rest, host.length())
                && isEnd(name, host.length() + rest.length());
        return matches ? host.length() + rest.length() : -1;
      }
      return name.startsWith(prefix) && isEnd(name, prefix.length()) ? prefix.length() : -1;
    }

    private static boolean isEnd(String name, int index) {
      return index == name.length() || (index < name.length() && name.charAt(index) == '/');
    }

    List<Endpoint> mirrors(RegistryReference image) throws RegistryException {
      List<Endpoint> endpoints = new ArrayList<>();
      for (Mirror mirror : mirrors) {
        if (mirror.serves(image)) {
          endpoints.add(at(mirror.location(), mirror.insecure(), image));
        }
      }
      return endpoints;
    }

    Endpoint own(RegistryReference image) throws RegistryException {
      return at(location, insecure, image);
    }

    /// An empty location is that of the name itself.
    private Endpoint at(String location, boolean insecure, RegistryReference image)
        throws RegistryException {
      String name =
          location.isEmpty() ? image.name() : location + image.name().substring(covers(image));
      int slash = name.indexOf('/');
      if (slash <= 0) {
        throw unusable(location);
      }
      try {
        RegistryReference there =
            new RegistryReference(name.substring(0, slash), name.substring(slash + 1), "", null);
        return new Endpoint(there.registry(), there.repository(), insecure);
      } catch (IllegalArgumentException e) {
        throw unusable(location);
      }
    }

    private RegistryException unusable(String location) {
      return new RegistryException(
          RegistryException.Reason.SETTINGS,
          "the location '"
              + location
              + "' in "
              + file
              + " names no registry. Write it as HOST[:PORT] or HOST[:PORT]/NAMESPACE.");
    }
  }

  private final Map<String, Registry> registries = new LinkedHashMap<>();
  private final Map<String, String> aliases = new LinkedHashMap<>();
  private List<String> searched = List.of();

  private final boolean tlsVerify;

  private RegistriesConf(boolean tlsVerify) {
    this.tlsVerify = tlsVerify;
  }

  /// @throws RegistryException if a file cannot be used
  static RegistriesConf read(RegistrySettings settings) throws RegistryException {
    RegistriesConf conf = new RegistriesConf(settings.tlsVerify());
    for (Path file : files(settings)) {
      Optional<byte[]> content = SettingsFile.read(file);
      if (content.isPresent()) {
        conf.add(
            Tree.toml(content.get(), file.toString(), RegistryException.Reason.SETTINGS), file);
      }
    }
    return conf;
  }

  /// What one file alone says.
  static RegistriesConf of(byte[] content, Path file) throws RegistryException {
    RegistriesConf conf = new RegistriesConf(true);
    conf.add(Tree.toml(content, file.toString(), RegistryException.Reason.SETTINGS), file);
    return conf;
  }

  private static List<Path> files(RegistrySettings settings) throws RegistryException {
    List<Path> files = new ArrayList<>();
    Path systems = settings.system("etc/containers/registries.conf");
    Optional<Path> own = settings.config("containers/registries.conf");
    files.add(
        settings
            .folder("CONTAINERS_REGISTRIES_CONF")
            .or(() -> own.filter(java.nio.file.Files::exists))
            .orElse(systems));
    files.addAll(SettingsFile.in(settings.system("etc/containers/registries.conf.d"), ".conf"));
    Optional<Path> dropIns = settings.config("containers/registries.conf.d");
    if (dropIns.isPresent()) {
      files.addAll(SettingsFile.in(dropIns.get(), ".conf"));
    }
    // What the user has chosen when podman asked.
    settings
        .folder("XDG_CACHE_HOME")
        .or(() -> settings.home(".cache"))
        .map(cache -> cache.resolve("containers/short-name-aliases.conf"))
        .ifPresent(files::add);
    return files;
  }

  private void add(Tree tree, Path file) throws RegistryException {
    if (tree.keys().contains("registries")) {
      throw new RegistryException(
          RegistryException.Reason.SETTINGS,
          file
              + " is written in version 1 of its format, which is not read any more. Replace"
              + " [registries.search] by unqualified-search-registries = [\"HOST\"], and the"
              + " others by [[registry]] tables.");
    }
    List<String> named = tree.texts("unqualified-search-registries");
    searched = named == null ? searched : named;
    for (Tree registry : tree.children("registry")) {
      Registry read = registry(registry, file);
      registries.put(read.prefix(), read);
    }
    tree.textMap("aliases")
        .forEach(
            (alias, name) -> {
              if (name.isEmpty()) {
                aliases.remove(alias);
              } else {
                aliases.put(alias, name);
              }
            });
  }

  private static Registry registry(Tree tree, Path file) throws RegistryException {
    String location = trimmed(tree.text("location"));
    String prefix = trimmed(tree.text("prefix"));
    if (location.isEmpty() && prefix.isEmpty()) {
      throw new RegistryException(
          RegistryException.Reason.SETTINGS,
          "a [[registry]] in " + file + " has no location. Add location = \"HOST\".");
    }
    boolean digestOnly = tree.flag("mirror-by-digest-only");
    List<Mirror> mirrors = new ArrayList<>();
    for (Tree mirror : tree.children("mirror")) {
      String pulls = mirror.text("pull-from-mirror");
      String place = trimmed(mirror.text("location"));
      if (place.isEmpty()) {
        throw new RegistryException(
            RegistryException.Reason.SETTINGS,
            "a [[registry.mirror]] in " + file + " has no location. Add location = \"HOST\".");
      }
      mirrors.add(
          new Mirror(
              place,
              mirror.flag("insecure"),
              pulls.isEmpty() && digestOnly ? "digest-only" : pulls));
    }
    return new Registry(
        prefix.isEmpty() ? location : prefix,
        location,
        tree.flag("insecure"),
        tree.flag("blocked"),
        List.copyOf(mirrors),
        file);
  }

  private static String trimmed(String location) {
    return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
  }

  private Optional<Registry> registry(RegistryReference image) throws RegistryException {
    Optional<Registry> found =
        registries.values().stream()
            .filter(registry -> registry.covers(image) >= 0)
            .max(
                Comparator.<Registry>comparingInt(registry -> registry.prefix().length())
                    .thenComparing(registry -> !registry.prefix().startsWith("*.")));
    if (found.isPresent() && found.get().blocked()) {
      throw new RegistryException(
          RegistryException.Reason.BLOCKED,
          image
              + " is not asked for: "
              + found.get().file()
              + " blocks "
              + found.get().prefix()
              + ". Remove blocked = true there if that is not meant.");
    }
    return found;
  }

  /// Where images are got from, in the order in which it is tried; the last is the registry's own.
  ///
  /// @throws RegistryException if the settings block it
  List<Endpoint> sources(RegistryReference image) throws RegistryException {
    List<Endpoint> sources = new ArrayList<>();
    Optional<Registry> registry = registry(image);
    if (registry.isPresent()) {
      registry.get().mirrors(image).forEach(mirror -> sources.add(allowed(mirror)));
    }
    sources.add(target(image));
    return sources;
  }

  /// Where images are given to: never a mirror.
  ///
  /// @throws RegistryException if the settings block it
  Endpoint target(RegistryReference image) throws RegistryException {
    Optional<Registry> registry = registry(image);
    return allowed(
        registry.isPresent()
            ? registry.get().own(image)
            : new Endpoint(image.registry(), image.repository(), false));
  }

  private Endpoint allowed(Endpoint endpoint) {
    return tlsVerify ? endpoint : new Endpoint(endpoint.host(), endpoint.repository(), true);
  }

  /// What a name means that may have no host: its alias, else one at the only registry that such
  /// names are looked for at, else one at docker.io.
  ///
  /// Several registries are not asked in turn: whoever registers the name at the first one could
  /// put an image in the place of the one that is meant.
  ///
  /// @throws RegistryException if it names nothing, or there are several such registries
  RegistryReference named(String text) throws RegistryException {
    String name = RegistryReference.withoutTransport(text);
    if (RegistryReference.isQualified(name)) {
      return RegistryReference.parse(name);
    }
    int end = name.length();
    for (char mark : new char[] {'@', ':'}) {
      int at = name.indexOf(mark);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    String alias = aliases.get(name.substring(0, end));
    if (alias != null) {
      return RegistryReference.parse(alias + name.substring(end));
    }
    if (searched.size() > 1) {
      throw new RegistryException(
          RegistryException.Reason.NAME,
          "'"
              + name
              + "' could be at "
              + String.join(", ", searched)
              + ", as unqualified-search-registries says. Write "
              + searched.getFirst()
              + "/"
              + name
              + ", or add an alias to registries.conf.");
    }
    return searched.isEmpty()
        ? RegistryReference.parse(name)
        : RegistryReference.parse(searched.getFirst(), name, text);
  }
}
