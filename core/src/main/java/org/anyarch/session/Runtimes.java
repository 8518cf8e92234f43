package org.anyarch.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The OCI runtimes that others start in a session: builders and engines that know nothing of it.
/// Before each a program of ours is mounted, in this session alone (`runtime.c` of the native
/// module), which has native twins made ready for a container and then becomes the runtime.
///
/// @param files of the runtimes
/// @param home of the installed anyarch, which has the program, and an empty folder to mount over:
///   whoever may start anyarch gets there
public record Runtimes(List<Path> files, Path home) {
  private static final List<String> NAMES = List.of("runc", "crun");

  public Runtimes {
    files = List.copyOf(files);
  }

  /// Those on PATH and in the system's folders.
  public static Runtimes find(Map<String, String> environment, Path home) throws IOException {
    Set<Path> found = new LinkedHashSet<>();
    for (String name : NAMES) {
      for (Path path : (Iterable<Path>) SystemPrograms.all(environment, name)::iterator) {
        if (Files.isRegularFile(path)) {
          found.add(path.toRealPath());
        }
      }
    }
    return new Runtimes(List.copyOf(found), home);
  }

  private Path folder() {
    return home.resolve("libexec/runtimes");
  }

  /// Whether something can be put before them.
  ///
  /// @param others whether programs of other users may start them in this session: then they must
  ///   get to what is mounted
  public boolean areWithinReach(boolean others) throws IOException {
    if (files.isEmpty() || !Files.isDirectory(folder(), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    for (Path path = folder(); others && path != null; path = path.getParent()) {
      if (!Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  /// Puts the program before them.
  ///
  /// @param environment for who makes twins ready
  public void prepare(Map<String, String> environment) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                home.resolve("libexec/anyarch-runtime").toString(),
                folder().toString(),
                home.resolve("bin/anyarch").toString()));
    files.forEach(file -> command.add(file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }
}
