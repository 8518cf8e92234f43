package org.anyarch.session;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.kernel.Mounts;

/// A network namespace of a container's own with a way out: pasta or slirp4netns carries on the
/// host's network what the container sends. Whichever it is, the container sees the same: a device
/// tap0 with 10.0.2.100/24, the gateway 10.0.2.2 and no port of the host's loopback device.
///
/// The namespace is held by a bind mount and the program is a child of the session, so both end
/// with it, however it ends.
public final class PrivateNetwork implements AutoCloseable {
  /// Where name queries reach a resolver that only the host can ask.
  static final String NAME_SERVER = "10.0.2.3";

  private static final Path TUN = Path.of("/dev/net/tun");

  /// What can carry such a network.
  public enum Kind {
    PASTA("pasta", "passt"),
    SLIRP4NETNS("slirp4netns", "slirp4netns");

    private final String program;
    private final String debianPackage;

    Kind(String program, String debianPackage) {
      this.program = program;
      this.debianPackage = debianPackage;
    }

    /// What it is called.
    public String program() {
      return program;
    }
  }

  /// A program that is there.
  public record Carrier(Kind kind, Path program) {

    /// The first of these that is on PATH or in the system's folders.
    ///
    /// @throws SessionException if there is none; the message says what to install
    public static Carrier find(Map<String, String> environment, List<Kind> kinds)
        throws SessionException {
      for (Kind kind : kinds) {
        Optional<Path> program = SystemPrograms.find(environment, kind.program);
        if (program.isPresent()) {
          return new Carrier(kind, program.get());
        }
      }
      throw new SessionException(
          "a private network needs "
              + String.join(" or ", kinds.stream().map(kind -> kind.program).toList())
              + ", and it is not installed (Debian, Ubuntu: apt-get install "
              + kinds.getFirst().debianPackage
              + ")");
    }

    /// Opens a network.
    ///
    /// @param folder a folder of the session's, in which `id` is unique
    /// @throws SessionException if the program fails; the message has its last words
    public PrivateNetwork open(Path folder, String id, Mounts mounts)
        throws SessionException, IOException, InterruptedException {
      PrivateNetwork network =
          new PrivateNetwork(Files.createFile(folder.resolve("network-" + id)), mounts);
      boolean done = false;
      try {
        network.start(this, folder.resolve("network-" + id + ".log"));
        done = true;
      } finally {
        if (!done) {
          network.close();
        }
      }
      return network;
    }
  }

  private final Path namespace;
  private final Mounts mounts;
  private boolean mounted;
  private Optional<ProcessHandle> carrier = Optional.empty();

  private PrivateNetwork(Path namespace, Mounts mounts) {
    this.namespace = namespace;
    this.mounts = mounts;
  }

  /// A file that holds the namespace open.
  public Path namespace() {
    return namespace;
  }

  private void start(Carrier with, Path log)
      throws SessionException, IOException, InterruptedException {
    try {
      finish(List.of("unshare", "--net=" + namespace, "true"), log);
      mounted = true;
      switch (with.kind()) {
        case PASTA -> startPasta(with.program(), log);
        case SLIRP4NETNS -> startSlirp(with.program(), log);
      }
    } catch (IOException e) {
      throw new SessionException(
          "no private network by " + with.program() + ": " + e.getMessage() + remedy(), e);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static String remedy() {
    return Files.isWritable(TUN)
        ? ""
        : "; it needs "
            + TUN
            + " to be there and open to users: as root, modprobe tun; chmod 666 "
            + TUN;
  }

  /// It goes to the background when the network is ready.
  private void startPasta(Path program, Path log) throws IOException, InterruptedException {
    Path pid = Path.of(namespace + ".pid");
    List<String> command = new ArrayList<>(List.of(program.toString(), "--quiet"));
    command.addAll(List.of("--config-net", "--ipv4-only", "--ns-ifname", "tap0"));
    command.addAll(List.of("--address", "10.0.2.100", "--netmask", "24", "--gateway", "10.0.2.2"));
    command.addAll(List.of("--mtu", "65520", "--no-dhcp", "--no-map-gw"));
    if (NameServers.ofThisMachine().reachable().isEmpty()) {
      // Only then: the answers of a server that is asked by its own address would come from this.
      command.addAll(List.of("--dns-forward", NAME_SERVER));
    }
    for (String ports : List.of("--tcp-ports", "--udp-ports", "--tcp-ns", "--udp-ns")) {
      command.addAll(List.of(ports, "none"));
    }
    command.addAll(List.of("--pid", pid.toString(), "--netns", namespace.toString()));
    finish(command, log);
    carrier = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
    Files.delete(pid);
  }

  /// Runs a program to its end.
  private static void finish(List<String> command, Path log)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(lastWords(command.getFirst(), log));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /// It stays in the foreground and says on a descriptor of the caller's choice when the network is
  /// ready; only a shell can give it one that has nothing else in it.
  private void startSlirp(Path program, Path log) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c"));
    command.addAll(List.of("exec \"$@\" 3>&1 >>\"$0\" 2>&1", log.toString(), program.toString()));
    command.addAll(List.of("--configure", "--mtu=65520", "--disable-host-loopback"));
    command.addAll(List.of("--ready-fd=3", "--netns-type=path", namespace.toString(), "tap0"));
    Process process = new ProcessBuilder(command).start();
    carrier = Optional.of(process.toHandle());
    try (InputStream ready = process.getInputStream()) {
      if (ready.read() < 0) {
        throw new IOException(lastWords(program.toString(), log));
      }
    }
  }

  private static String lastWords(String program, Path log) throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    // The cause stands before the end: slirp4netns' last line is that its child failed.
    return lines.isEmpty()
        ? program + " failed and said nothing"
        : String.join("; ", lines.subList(Math.max(0, lines.size() - 2), lines.size()));
  }

  /// Ends the program and lets go of the namespace, which ends with its last process.
  @Override
  public void close() throws IOException {
    carrier.ifPresent(ProcessHandle::destroyForcibly);
    if (mounted) {
      mounts.unmount(namespace);
    }
    Files.deleteIfExists(namespace);
  }
}
