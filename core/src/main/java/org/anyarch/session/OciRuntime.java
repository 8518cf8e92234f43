package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.kernel.Mounts;

/// runc or crun, started inside the session. Its state and bundles live in a folder that ends with
/// the session.
///
/// @param program the runtime's executable
/// @param state a folder of the session for its state
public record OciRuntime(Path program, Path state) {

  /// What the user may choose a runtime with.
  public static final String VARIABLE = "ANYARCH_RUNTIME";

  /// Finds the runtime: the one named by `ANYARCH_RUNTIME`, else runc, else crun, on PATH and in
  /// the system's folders.
  public static OciRuntime find(Map<String, String> environment, Path state)
      throws SessionException {
    String wanted = environment.getOrDefault(VARIABLE, "");
    if (wanted.contains("/")) {
      Path path = Path.of(wanted);
      if (!Files.isExecutable(path)) {
        throw new SessionException(
            VARIABLE + " names " + wanted + ", which is not an executable file");
      }
      return new OciRuntime(path.toAbsolutePath(), state);
    }
    for (String name : wanted.isEmpty() ? List.of("runc", "crun") : List.of(wanted)) {
      Optional<Path> found = SystemPrograms.find(environment, name);
      if (found.isPresent()) {
        return new OciRuntime(found.get(), state);
      }
    }
    throw new SessionException(
        wanted.isEmpty()
            ? "no OCI runtime found: install runc or crun (Debian, Ubuntu: apt-get install runc)"
            : "no OCI runtime " + wanted + " on PATH, as " + VARIABLE + " asks");
  }

  /// Keeps control groups, which are the host's, out of this session's mount namespace: a runtime
  /// that finds them writable leaves folders there when it is killed.
  public static void leaveControlGroupsAlone(Mounts mounts) throws IOException {
    Path groups = Path.of("/sys/fs/cgroup");
    if (Files.isDirectory(groups.resolve("unified"))) {
      // crun refuses to work where both versions are mounted, even if it is to use neither.
      mounts.mount("anyarch", groups.resolve("unified"), "tmpfs", Set.of(), "mode=755");
    }
    if (Files.isDirectory(Path.of("/sys"))) {
      mounts.makeReadOnly(Path.of("/sys"));
    }
  }

  /// Writes the bundle of a container and returns the command that runs it in the foreground. The
  /// command's exit status is the program's; signals sent to the command reach the program.
  ///
  /// @param id unique in the session
  public ProcessBuilder prepare(String id, ContainerSpec spec) throws IOException {
    Path bundle = Files.createDirectories(state.resolve("bundles").resolve(id));
    Files.write(bundle.resolve("config.json"), new ContainerConfig(spec, Limits.own()).json());
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--root", state.resolve("state").toString()));
    // What the runtime has to say of control groups that it cannot have is not for users; its
    // errors come anyway.
    command.addAll(List.of("--log", state.resolve("log").toString()));
    if (spec.program().narrow()) {
      // The runtime passes its personality on: uname -m then names the 32-bit machine. runc knows
      // no other way yet.
      command.addAll(0, List.of("setarch", "linux32"));
    }
    if (program.getFileName().toString().contains("runc")) {
      // Control groups belong to the host and are read-only in a session: without this, runc
      // insists on them.
      command.addAll(List.of("--rootless", "true"));
    } else {
      command.addAll(List.of("--cgroup-manager", "disabled"));
    }
    // A keyring of its own for each container would count against the user's quota of keys.
    command.addAll(List.of("run", "--no-new-keyring", "--bundle", bundle.toString(), id));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder
        .environment()
        .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    // runc looks for a systemd of the user here; there is none in a session.
    builder.environment().put("XDG_RUNTIME_DIR", state.toString());
    return builder;
  }

  /// Ends a container with all its processes, and the command that runs it.
  public void kill(String id, Process command) throws IOException {
    Process delete =
        new ProcessBuilder(
                program.toString(),
                "--root",
                state.resolve("state").toString(),
                "delete",
                "--force",
                id)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    delete.onExit().join();
    command.destroyForcibly().onExit().join();
  }
}
