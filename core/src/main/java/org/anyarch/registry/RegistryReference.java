package org.anyarch.registry;

import java.util.Locale;
import java.util.regex.Pattern;
import org.anyarch.oci.Digest;
import org.anyarch.oci.OciException;
import org.jspecify.annotations.Nullable;

/// An image, or a repository of images, in a registry.
///
/// @param registry the host as users write it, with a port if one was given: `docker.io`,
///   `localhost:5000`, `[::1]:5000`
/// @param repository its name there, such as `library/debian`
/// @param tag may be empty
/// @param digest of the manifest; goes before the tag, which is then only told to users
public record RegistryReference(
    String registry, String repository, String tag, @Nullable Digest digest) {
  static final String DOCKER = "docker.io";
  private static final String TRANSPORT = "docker://";

  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
              + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
              + "|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
  private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  /// What registries take at most, together with the host.
  private static final int LONGEST_NAME = 255;

  /// @throws IllegalArgumentException if a part does not follow the specification's grammar
  public RegistryReference {
    require(REGISTRY, registry, "registry");
    require(REPOSITORY, repository, "repository");
    if (!tag.isEmpty()) {
      require(TAG, tag, "tag");
    }
    if (port(registry) > 65535) {
      throw new IllegalArgumentException("there is no port " + port(registry));
    }
    if (registry.length() + 1 + repository.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "registry and repository have more than " + LONGEST_NAME + " characters");
    }
  }

  private static void require(Pattern grammar, String text, String what) {
    // The grammar's loops cost a frame each in java.util.regex.
    if (text.length() > LONGEST_NAME || !grammar.matcher(text).matches()) {
      throw new IllegalArgumentException(Told.quoted(text) + " is no " + what);
    }
  }

  private static int port(String registry) {
    int colon = registry.lastIndexOf(':');
    return colon > registry.lastIndexOf(']') ? Integer.parseInt(registry.substring(colon + 1)) : -1;
  }

  /// Reads `[docker://][HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]`. Without a host it is `docker.io`,
  /// as docker reads it; [RegistryClient#reference] asks the user's settings first.
  ///
  /// @throws RegistryException of [RegistryException.Reason#NAME]
  public static RegistryReference parse(String text) throws RegistryException {
    String rest = withoutTransport(text);
    int slash = rest.indexOf('/');
    if (!isQualified(rest)) {
      return parse(DOCKER, rest, text);
    }
    return parse(rest.substring(0, slash), rest.substring(slash + 1), text);
  }

  static String withoutTransport(String text) {
    return text.startsWith(TRANSPORT) ? text.substring(TRANSPORT.length()) : text;
  }

  /// Whether it begins with a host: what is before the first slash has a dot or colon, is
  /// `localhost`, or has capitals, which a repository cannot have.
  static boolean isQualified(String name) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String first = name.substring(0, slash);
    return first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  /// @param rest what follows the host
  /// @param text the whole as the user wrote it, for messages
  static RegistryReference parse(String registry, String rest, String text)
      throws RegistryException {
    try {
      int at = rest.indexOf('@');
      Digest digest = at < 0 ? null : Digest.parse(rest.substring(at + 1));
      String name = at < 0 ? rest : rest.substring(0, at);
      int colon = name.lastIndexOf(':');
      boolean tagged = colon > name.lastIndexOf('/');
      String tag = tagged ? name.substring(colon + 1) : "";
      if (tagged && tag.isEmpty()) {
        throw new IllegalArgumentException("nothing follows the last colon");
      }
      String repository = tagged ? name.substring(0, colon) : name;
      String known = registry.equals("index.docker.io") ? DOCKER : registry;
      boolean official = known.equals(DOCKER) && repository.indexOf('/') < 0;
      return new RegistryReference(
          known, official ? "library/" + repository : repository, tag, digest);
    } catch (IllegalArgumentException | OciException e) {
      throw new RegistryException(
          RegistryException.Reason.NAME,
          Told.quoted(text)
              + " names no image: "
              + e.getMessage()
              + ". Write it as [HOST[:PORT]/]REPOSITORY[:TAG][@sha256:…], with small letters in"
              + " the repository.",
          e);
    }
  }

  /// The same image by its digest, with the tag kept for users.
  public RegistryReference withDigest(Digest wanted) {
    return new RegistryReference(registry, repository, tag, wanted);
  }

  /// Another tag of the same repository, without a digest.
  public RegistryReference withTag(String wanted) {
    return new RegistryReference(registry, repository, wanted, null);
  }

  /// The registry and the repository alone: `quay.io/fedora/fedora`.
  public String name() {
    return registry + "/" + repository;
  }

  /// What a manifest is asked for by: the digest, else the tag, else `latest`.
  String version() {
    if (digest != null) {
      return digest.toString();
    }
    return tag.isEmpty() ? "latest" : tag;
  }

  /// In full, as [#parse] reads it.
  @Override
  public String toString() {
    return name() + (tag.isEmpty() ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
