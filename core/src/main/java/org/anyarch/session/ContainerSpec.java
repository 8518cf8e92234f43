package org.anyarch.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an OCI runtime shall start: a root folder, a program in it, and how much of the session it
/// sees.
///
/// @param root the root folder
/// @param readOnlyRoot whether the root is mounted read-only
/// @param program what runs in it
/// @param binds files of the session shown in the container
/// @param confinement what it may not do or see
/// @param network a file that holds open the network namespace to be in ([PrivateNetwork]); if
///   there is none, the confinement says which
public record ContainerSpec(
    Path root,
    boolean readOnlyRoot,
    Program program,
    List<Bind> binds,
    Confinement confinement,
    Optional<Path> network) {

  /// Below /dev, which is the container's own: nothing is made in the root for it.
  private static final String INIT = "/dev/anyarch-init";

  /// A program and what it starts with.
  ///
  /// @param arguments the program and its arguments
  /// @param environment its environment, whole
  /// @param workingFolder where it starts, absolute
  /// @param user whose rights it has
  /// @param terminal whether it gets a terminal of its own, connected to the caller's
  /// @param narrow whether it is a 32-bit one that a 64-bit machine runs by itself, and so has to
  ///   be told
  public record Program(
      List<String> arguments,
      Map<String, String> environment,
      String workingFolder,
      Account user,
      boolean terminal,
      boolean narrow) {
    public Program {
      arguments = List.copyOf(arguments);
      // Order is kept: programs print it.
      environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    private Program startedBy(String starter) {
      List<String> words = new ArrayList<>(List.of(starter));
      words.addAll(arguments);
      return new Program(words, environment, workingFolder, user, terminal, narrow);
    }
  }

  /// A file or folder of the session at a place in the container.
  public record Bind(Path source, String target, boolean writable) {}

  public ContainerSpec {
    binds = List.copyOf(binds);
  }

  /// A container as engines confine it by default, on the host's network.
  public ContainerSpec(Path root, boolean readOnlyRoot, Program program, List<Bind> binds) {
    this(root, readOnlyRoot, program, binds, Confinement.DEFAULT, Optional.empty());
  }

  /// Where the runtime mounts something, and so makes a file or folder if there is none.
  public List<String> mountTargets() {
    List<String> targets = new ArrayList<>(List.of("/proc", "/sys", "/dev"));
    binds.forEach(bind -> targets.add(bind.target()));
    return targets;
  }

  /// The same with `init` as process 1: it starts the program as its child, on which signals have
  /// their usual effect, passes signals on, and ends the container with it.
  public ContainerSpec withInit(Path init) {
    List<Bind> more = new ArrayList<>(binds);
    more.add(new Bind(init, INIT, false));
    return new ContainerSpec(
        root, readOnlyRoot, program.startedBy(INIT), more, confinement, network);
  }
}
