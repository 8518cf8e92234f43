package org.anyarch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.binfmt.Rule;
import org.anyarch.oci.RootPath;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Executables;
import org.anyarch.session.Handlers;

/// Looks for a container's program before the runtime does, whose exit status would be the same for
/// "not found" and for a program that fails.
final class ProgramInRoot {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int ANY_EXECUTE = 0111;

  /// How many interpreters of interpreters the kernel follows.
  private static final int DEEPEST = 5;

  private final ContainerSpec spec;
  private final String shown;
  private final Executables programs;

  /// @param shown what the user calls the root: its folder is of no use to anybody
  /// @param programs what the session runs
  ProgramInRoot(ContainerSpec spec, String shown, Executables programs) {
    this.spec = spec;
    this.shown = shown;
    this.programs = programs;
  }

  /// @throws CommandException with exit code 127 if the program or the interpreter it names is not
  ///   there, 126 if it is no file that can be executed here
  void require() throws CommandException, IOException, InterruptedException {
    String program = spec.program().arguments().getFirst();
    boolean found = false;
    for (String path : places(spec, program)) {
      if (isBound(path)) {
        return;
      }
      Path file = RootPath.resolve(spec.root(), path);
      if (Files.isRegularFile(file) && executable(file)) {
        requireRun(file, path, 0);
        return;
      }
      found |= Files.exists(file);
    }
    throw found
        ? new CommandException(
            ExitCode.NOT_EXECUTABLE, program + " in " + shown + " is not an executable file", null)
        : new CommandException(ExitCode.NOT_FOUND, program + ": not found in " + shown, null);
  }

  /// What a bind shows is not in the root, so it is left to the runtime.
  private boolean isBound(String path) {
    return spec.binds().stream().anyMatch(bind -> Path.of(path).startsWith(bind.target()));
  }

  private void requireRun(Path file, String path, int depth)
      throws CommandException, IOException, InterruptedException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(Rule.HEAD);
    }
    if (programs.run(head, path)) {
      return;
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("#!")) {
      requireInterpreter(text.substring(2).lines().findFirst().orElse("").strip(), path, depth);
    } else if (text.startsWith("\177ELF")) {
      throw notExecutable(path, foreign(head));
    } else {
      throw notExecutable(
          path, "is neither a program (ELF) nor a script that begins with #! and an interpreter");
    }
  }

  private static String foreign(byte[] head) {
    Optional<Guest> guest = Handlers.guestOf(head);
    if (guest.isEmpty()) {
      return "is a program for a machine that no emulator is known for";
    }
    String name = guest.get().platform().map(Platform::toString).orElse(guest.get().qemu());
    return "is a program for "
        + name
        + ", which neither this machine nor an emulator in this session runs; give --platform "
        + name
        + ", or see anyarch emulator ls";
  }

  private void requireInterpreter(String line, String path, int depth)
      throws CommandException, IOException, InterruptedException {
    String interpreter = line.split("[ \t]", 2)[0];
    if (interpreter.isEmpty() || depth == DEEPEST) {
      throw notExecutable(path, "is a script that leads to no program");
    }
    String place =
        interpreter.startsWith("/")
            ? interpreter
            : spec.program().workingFolder() + "/" + interpreter;
    if (isBound(place)) {
      return;
    }
    Path file = RootPath.resolve(spec.root(), place);
    if (!Files.exists(file)) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          path + " in " + shown + " is a script for " + interpreter + ", which is not there",
          null);
    }
    if (!Files.isRegularFile(file) || !executable(file)) {
      throw notExecutable(path, "is a script for " + interpreter + ", which is not executable");
    }
    requireRun(file, place, depth + 1);
  }

  private CommandException notExecutable(String path, String why) {
    return new CommandException(ExitCode.NOT_EXECUTABLE, path + " in " + shown + " " + why, null);
  }

  private static List<String> places(ContainerSpec spec, String program) {
    if (program.startsWith("/")) {
      return List.of(program);
    }
    if (program.contains("/")) {
      return List.of(spec.program().workingFolder() + "/" + program);
    }
    Map<String, String> environment = spec.program().environment();
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
