package org.anyarch.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the machine's programs are.
final class SystemPrograms {
  private static final List<String> USUAL =
      List.of("/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin");

  private SystemPrograms() {}

  /// The program of this name on PATH or in the system's folders, which a user's PATH may lack.
  static Optional<Path> find(Map<String, String> environment, String name) {
    return all(environment, name).findFirst();
  }

  /// All of this name, the one that a shell would start first.
  static Stream<Path> all(Map<String, String> environment, String name) {
    List<String> folders =
        new ArrayList<>(List.of(environment.getOrDefault("PATH", "").split(":", -1)));
    folders.addAll(USUAL);
    return folders.stream()
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable);
  }
}
