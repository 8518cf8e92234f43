package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// /etc/hosts and /etc/resolv.conf of containers: one of each for all containers of a session on
/// such a network.
///
/// @param folder where they are made; a folder of the session's
/// @param hosts more lines of /etc/hosts: the address by the name
public record NameFiles(Path folder, Map<String, String> hosts) {
  public NameFiles {
    hosts = Map.copyOf(hosts);
  }

  /// Shows them in a container. One thread at a time makes them.
  public List<ContainerSpec.Bind> binds(Confinement.Network network) throws IOException {
    Path names = folder.resolve("hosts");
    Path resolver = folder.resolve("resolv.conf-" + network);
    synchronized (NameFiles.class) {
      if (!Files.exists(names)) {
        StringBuilder lines =
            new StringBuilder(
                "127.0.0.1\tlocalhost anyarch\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        new TreeMap<>(hosts)
            .forEach(
                (name, address) -> lines.append(address).append('\t').append(name).append('\n'));
        readable(names, lines.toString());
      }
      if (!Files.exists(resolver)) {
        readable(resolver, NameServers.ofThisMachine().text(network));
      }
    }
    return List.of(
        new ContainerSpec.Bind(names, "/etc/hosts", false),
        new ContainerSpec.Bind(resolver, "/etc/resolv.conf", false));
  }

  /// By every user of a container, whatever the caller's umask.
  private static void readable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setAttribute(file, "unix:mode", 0644);
  }
}
