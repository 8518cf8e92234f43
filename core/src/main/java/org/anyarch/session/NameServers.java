package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What /etc/resolv.conf says in a container, made from the host's (resolv.conf(5)).
///
/// @param etc the host's /etc
/// @param run the host's /run, where systemd-resolved says which servers it asks itself
public record NameServers(Path etc, Path run) {
  private static final Pattern SERVER = Pattern.compile("\\s*nameserver\\s+(\\S+).*");

  /// Those of this machine.
  public static NameServers ofThisMachine() {
    return new NameServers(Path.of("/etc"), Path.of("/run"));
  }

  /// The whole file's text; empty where the host has none.
  public String text(Confinement.Network network) throws IOException {
    List<String> lines = lines(etc.resolve("resolv.conf"));
    return switch (network) {
      case HOST -> joined(lines);
      // Nobody could be asked, and a step that looks must not find the host here.
      case NONE -> "";
      case PRIVATE -> joined(privately(lines));
    };
  }

  private List<String> privately(List<String> lines) throws IOException {
    List<String> servers = reachable();
    List<String> result = new ArrayList<>();
    for (String server : servers.isEmpty() ? List.of(PrivateNetwork.NAME_SERVER) : servers) {
      result.add("nameserver " + server);
    }
    lines.stream()
        .filter(line -> line.startsWith("search") || line.startsWith("options"))
        .forEach(result::add);
    return result;
  }

  /// The servers that can be asked from a private network: the host's own addresses mean nothing
  /// there, and there is no IPv6.
  List<String> reachable() throws IOException {
    List<String> servers = servers(lines(etc.resolve("resolv.conf")));
    return servers.isEmpty() ? servers(lines(run.resolve("systemd/resolve/resolv.conf"))) : servers;
  }

  private static List<String> servers(List<String> lines) {
    return lines.stream()
        .map(SERVER::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .filter(address -> address.contains(".") && !address.startsWith("127."))
        .toList();
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }

  private static String joined(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
