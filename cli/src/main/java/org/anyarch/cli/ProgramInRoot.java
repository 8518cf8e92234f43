package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.anyarch.oci.RootPath;
import org.anyarch.session.ContainerSpec;

/// Looks for a container's program before the runtime does, whose exit status would be the same for
/// "not found" and for a program that fails.
final class ProgramInRoot {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int ANY_EXECUTE = 0111;

  private ProgramInRoot() {}

  /// @throws CommandException with exit code 127 if the program is not there, 126 if it is no file
  ///   that can be executed
  static void require(ContainerSpec spec) throws CommandException, IOException {
    String program = spec.arguments().getFirst();
    boolean found = false;
    for (String path : places(spec, program)) {
      if (spec.binds().stream().anyMatch(bind -> Path.of(path).startsWith(bind.target()))) {
        return;
      }
      Path file = RootPath.resolve(spec.root(), path);
      if (Files.isRegularFile(file) && executable(file)) {
        return;
      }
      found |= Files.exists(file);
    }
    throw found
        ? new CommandException(
            ExitCode.NOT_EXECUTABLE,
            program + " in " + spec.root() + " is not an executable file",
            null)
        : new CommandException(ExitCode.NOT_FOUND, program + ": not found in " + spec.root(), null);
  }

  private static List<String> places(ContainerSpec spec, String program) {
    if (program.startsWith("/")) {
      return List.of(program);
    }
    if (program.contains("/")) {
      return List.of(spec.workingFolder() + "/" + program);
    }
    Map<String, String> environment = spec.environment();
    List<String> places = new ArrayList<>();
    for (String folder : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
      if (folder.startsWith("/")) {
        places.add(folder + "/" + program);
      }
    }
    return places;
  }

  private static boolean executable(Path file) throws IOException {
    return ((Integer) Files.getAttribute(file, "unix:mode") & ANY_EXECUTE) != 0;
  }
}
