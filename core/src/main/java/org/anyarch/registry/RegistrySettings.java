package org.anyarch.registry;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a user's settings for registries are found: the environment's variables, the folders of
/// the system and of the user, and what a command line says in place of them.
public final class RegistrySettings {
  private final Map<String, String> environment;
  private final Path system;
  private final @Nullable Path authFile;
  private final boolean tlsVerify;

  private RegistrySettings(
      Map<String, String> environment, Path system, @Nullable Path authFile, boolean tlsVerify) {
    this.environment = Map.copyOf(environment);
    this.system = system;
    this.authFile = authFile;
    this.tlsVerify = tlsVerify;
  }

  /// @param environment the user's, with `HOME`, `XDG_RUNTIME_DIR`, `REGISTRY_AUTH_FILE`,
  ///   `https_proxy` and the like; credential helpers are found by its `PATH`
  public static RegistrySettings of(Map<String, String> environment) {
    return new RegistrySettings(environment, Path.of("/"), null, true);
  }

  /// Credentials come from this file only, as with `--authfile` of other tools.
  public RegistrySettings withAuthFile(Path file) {
    return new RegistrySettings(environment, system, file, tlsVerify);
  }

  /// As with `--tls-verify=false`: certificates of registries are not verified, and plain HTTP will
  /// do where there is no TLS.
  public RegistrySettings withoutTlsVerify() {
    return new RegistrySettings(environment, system, authFile, false);
  }

  /// @param root what `/etc` is looked for in
  RegistrySettings withSystem(Path root) {
    return new RegistrySettings(environment, root, authFile, tlsVerify);
  }

  Map<String, String> environment() {
    return environment;
  }

  Optional<Path> authFile() {
    return Optional.ofNullable(authFile);
  }

  boolean tlsVerify() {
    return tlsVerify;
  }

  /// A file or folder of the system's, by its path without the first slash.
  Path system(String path) {
    return system.resolve(path);
  }

  /// What a variable holds, if it is set to anything.
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /// The folder that a variable names.
  Optional<Path> folder(String variable) {
    return variable(variable).map(Path::of);
  }

  /// The user's settings of a tool, `~/.config/…` unless `XDG_CONFIG_HOME` says otherwise.
  Optional<Path> config(String path) {
    return folder("XDG_CONFIG_HOME").or(() -> home(".config")).map(folder -> folder.resolve(path));
  }

  /// Below the user's home folder.
  Optional<Path> home(String path) {
    return folder("HOME").map(folder -> folder.resolve(path));
  }
}
