package org.anyarch.registry;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A file of credentials, containers-auth.json(5) or docker's config.json. An entry for a
/// repository or a namespace goes before that of its registry.
record AuthFile(Path path, Tree tree) {
  private static final String DOCKER_SERVER = "https://index.docker.io/v1/";

  /// Which helpers are to be asked and under which name, in this order, if no entry was found.
  record Question(CredentialHelper helper, String server) {}

  static Optional<AuthFile> read(Path path) throws RegistryException {
    Optional<byte[]> content = SettingsFile.read(path);
    // What an interrupted login of podman can leave behind is an empty file.
    if (content.isEmpty() || new String(content.get(), StandardCharsets.UTF_8).isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new AuthFile(
            path, Tree.json(content.get(), path.toString(), RegistryException.Reason.SETTINGS)));
  }

  /// Of an entry in the file itself.
  ///
  /// @throws RegistryException if the entry cannot be read
  Optional<Credential> entry(Endpoint endpoint) throws RegistryException {
    Optional<Tree> auths = tree.child("auths");
    if (auths.isEmpty()) {
      return Optional.empty();
    }
    for (String key = endpoint.name(); !key.isEmpty(); key = parent(key)) {
      Optional<Credential> found = credential(auths.get(), key);
      if (found.isPresent()) {
        return found;
      }
    }
    for (String key : auths.get().keys()) {
      if (host(key).equals(endpoint.host())) {
        Optional<Credential> found = credential(auths.get(), key);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static String parent(String key) {
    return key.substring(0, Math.max(0, key.lastIndexOf('/')));
  }

  /// Docker's keys may be URLs. A key with a namespace is that namespace's alone.
  private static String host(String key) {
    String rest = key;
    for (String scheme : List.of("https://", "http://")) {
      rest = rest.startsWith(scheme) ? rest.substring(scheme.length()) : rest;
    }
    boolean isUrl = !rest.equals(key);
    int slash = rest.indexOf('/');
    if (slash >= 0 && !isUrl) {
      return "";
    }
    String host = slash < 0 ? rest : rest.substring(0, slash);
    return host.equals("index.docker.io") || host.equals("registry-1.docker.io")
        ? RegistryReference.DOCKER
        : host;
  }

  private Optional<Credential> credential(Tree auths, String key) throws RegistryException {
    Optional<Tree> entry = auths.child(key);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    String token = entry.get().text("identitytoken");
    if (!token.isEmpty()) {
      return Optional.of(new Credential("", token, true, path.toString()));
    }
    String auth = entry.get().text("auth");
    if (auth.isEmpty()) {
      String secret = entry.get().text("password");
      return secret.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Credential(entry.get().text("username"), secret, false, path.toString()));
    }
    String decoded = decoded(auth, key);
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw unusable(key, "is no user and password");
    }
    // Docker once filled them up with zeros.
    String secret = decoded.substring(colon + 1).replaceAll("\0+$", "");
    return Optional.of(new Credential(decoded.substring(0, colon), secret, false, path.toString()));
  }

  private String decoded(String auth, String key) throws RegistryException {
    try {
      return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unusable(key, "is no base64");
    }
  }

  private RegistryException unusable(String key, String why) {
    return new RegistryException(
        RegistryException.Reason.SETTINGS,
        "\"auth\" of "
            + key
            + " in "
            + path
            + " "
            + why
            + ". Log in again with podman login or docker login.");
  }

  /// Whom the file says to ask for this registry before its entries are looked at.
  List<Question> before(Endpoint endpoint) throws RegistryException {
    List<Question> questions = new ArrayList<>();
    tree.textMap("credHelpers")
        .forEach(
            (key, helper) -> {
              if (host(key).equals(endpoint.host())) {
                questions.add(new Question(new CredentialHelper(helper, path), key));
              }
            });
    return questions;
  }

  /// Whom it says to ask for all others.
  List<Question> behind(Endpoint endpoint) throws RegistryException {
    String store = tree.text("credsStore");
    if (store.isEmpty()) {
      return List.of();
    }
    boolean isDocker = endpoint.host().equals(RegistryReference.DOCKER);
    return List.of(
        new Question(
            new CredentialHelper(store, path), isDocker ? DOCKER_SERVER : endpoint.host()));
  }
}
