package org.anyarch.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The credentials that the user's other tools have been given: by podman, buildah and skopeo, then
/// by docker.
final class Credentials {
  /// What was found for a repository.
  ///
  /// @param notes what went wrong on the way, for who is refused without
  record Lookup(Optional<Credential> found, List<String> notes) {}

  private final RegistrySettings settings;
  private final Map<Endpoint, Lookup> known = new ConcurrentHashMap<>();

  Credentials(RegistrySettings settings) {
    this.settings = settings;
  }

  /// Helpers may ask the user something: each is asked once.
  ///
  /// @throws RegistryException if a file of credentials cannot be used
  synchronized Lookup of(Endpoint endpoint) throws RegistryException, InterruptedException {
    Lookup lookup = known.get(endpoint);
    if (lookup == null) {
      lookup = find(endpoint);
      known.put(endpoint, lookup);
    }
    return lookup;
  }

  private Lookup find(Endpoint endpoint) throws RegistryException, InterruptedException {
    List<String> notes = new ArrayList<>();
    for (Path path : files()) {
      Optional<AuthFile> file = AuthFile.read(path);
      if (file.isPresent()) {
        Optional<Credential> found = find(file.get(), endpoint, notes);
        if (found.isPresent()) {
          return new Lookup(found, notes);
        }
      }
    }
    return new Lookup(Optional.empty(), notes);
  }

  private Optional<Credential> find(AuthFile file, Endpoint endpoint, List<String> notes)
      throws RegistryException, InterruptedException {
    Optional<Credential> found = ask(file.before(endpoint), notes);
    if (found.isEmpty()) {
      found = file.entry(endpoint);
    }
    return found.isPresent() ? found : ask(file.behind(endpoint), notes);
  }

  private Optional<Credential> ask(List<AuthFile.Question> questions, List<String> notes)
      throws RegistryException, InterruptedException {
    for (AuthFile.Question question : questions) {
      switch (question.helper().ask(question.server(), settings)) {
        case CredentialHelper.Outcome.Found found -> {
          return Optional.of(found.credential());
        }
        case CredentialHelper.Outcome.Broken broken -> notes.add(broken.why());
        case CredentialHelper.Outcome.Nothing _ -> {}
      }
    }
    return Optional.empty();
  }

  /// Where credentials are looked for, in this order.
  List<Path> files() {
    Optional<Path> only = settings.authFile().or(() -> settings.folder("REGISTRY_AUTH_FILE"));
    if (only.isPresent()) {
      return List.of(only.get());
    }
    List<Path> files = new ArrayList<>();
    settings
        .folder("XDG_RUNTIME_DIR")
        .ifPresent(folder -> files.add(folder.resolve("containers/auth.json")));
    settings.config("containers/auth.json").ifPresent(files::add);
    settings
        .folder("DOCKER_CONFIG")
        .or(() -> settings.home(".docker"))
        .ifPresent(folder -> files.add(folder.resolve("config.json")));
    return files;
  }
}
