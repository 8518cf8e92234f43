package org.anyarch.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.anyarch.session.Confinement;
import org.anyarch.session.Limits;
import org.anyarch.session.PrivateNetwork;
import org.anyarch.session.SessionException;

/// The options for containers, be they RUN steps' or those of `run`.
final class ContainerOptions {
  private static final Option NETWORK =
      Option.of(
          "network",
          "MODE",
          "the network of containers: host (default), none, or private: one of their own with a way"
              + " out by pasta or slirp4netns");
  private static final Option ADD_HOST =
      Option.many("add-host", "NAME:IP", "a line in /etc/hosts; host-gateway is this machine");
  private static final Option ULIMIT =
      Option.many("ulimit", "NAME=SOFT[:HARD]", "a resource limit of containers");
  private static final Option SHM_SIZE =
      Option.of("shm-size", "SIZE", "the size of /dev/shm in containers; default 64m");
  static final List<Option> ALL =
      Stream.concat(Stream.of(NETWORK, ADD_HOST, ULIMIT, SHM_SIZE), ResourceOptions.ALL.stream())
          .toList();

  private static final Pattern LIMIT =
      Pattern.compile("([a-z]+)=(-1|\\d{1,18})(?::(-1|\\d{1,18}))?");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]+(%[\\w.]+)?");

  private ContainerOptions() {}

  static Confinement confinement(Arguments arguments)
      throws UsageException, CommandException, IOException {
    long shm = Amounts.sizeOf(arguments, SHM_SIZE);
    return new Confinement(
        false,
        network(arguments),
        shm == 0 ? Confinement.DEFAULT.shmBytes() : shm,
        limits(arguments));
  }

  private static Confinement.Network network(Arguments arguments) throws UsageException {
    String mode = arguments.value(NETWORK).orElse("default");
    return switch (mode) {
      case "default", "host" -> Confinement.Network.HOST;
      case "none" -> Confinement.Network.NONE;
      case "private", "pasta", "slirp4netns" -> Confinement.Network.PRIVATE;
      default ->
          throw new UsageException(
              "--network " + mode + ": say host, none, private, pasta or slirp4netns");
    };
  }

  /// Looked for now: what is missing is said before anything runs.
  static Optional<PrivateNetwork.Carrier> carrier(Arguments arguments, Context context)
      throws UsageException, CommandException {
    if (network(arguments) != Confinement.Network.PRIVATE) {
      return Optional.empty();
    }
    String mode = arguments.value(NETWORK).orElseThrow();
    try {
      return Optional.of(
          PrivateNetwork.Carrier.find(
              context.environment(),
              Stream.of(PrivateNetwork.Kind.values())
                  .filter(kind -> mode.equals("private") || mode.equals(kind.program()))
                  .toList()));
    } catch (SessionException e) {
      throw new CommandException(
          ExitCode.UNSUPPORTED, "--network " + mode + ": " + e.getMessage(), e);
    }
  }

  static Map<String, String> hosts(Arguments arguments) throws UsageException {
    Map<String, String> hosts = new HashMap<>();
    for (String text : arguments.values(ADD_HOST)) {
      int split = text.indexOf('=') > 0 ? text.indexOf('=') : text.indexOf(':');
      String name = split < 0 ? "" : text.substring(0, split);
      String address = split < 0 ? "" : text.substring(split + 1);
      if (address.startsWith("[") && address.endsWith("]")) {
        address = address.substring(1, address.length() - 1);
      }
      if (address.equals("host-gateway")) {
        if (network(arguments) == Confinement.Network.PRIVATE) {
          throw new UsageException(
              "--add-host "
                  + text
                  + ": nothing leads from a private network to this machine; give"
                  + " it the machine's address, or take --network host");
        }
        // Containers share the host's network.
        address = "127.0.0.1";
      }
      if (!name.matches("[\\w.-]+") || !ADDRESS.matcher(address).matches()) {
        throw new UsageException("--add-host " + text + ": say NAME:IP or NAME:host-gateway");
      }
      hosts.put(name, address);
    }
    return hosts;
  }

  private static List<Confinement.Limit> limits(Arguments arguments)
      throws UsageException, CommandException, IOException {
    List<Confinement.Limit> limits = new ArrayList<>();
    Limits limitsOfCaller = Limits.own();
    for (String text : arguments.values(ULIMIT)) {
      Matcher limit = LIMIT.matcher(text);
      if (!limit.matches() || !Limits.isKnown(limit.group(1))) {
        throw new UsageException(
            "--ulimit " + text + ": say NAME=SOFT[:HARD], for instance nofile=1024:4096");
      }
      long soft = Long.parseLong(limit.group(2));
      long hard = limit.group(3) == null ? soft : Long.parseLong(limit.group(3));
      if (Long.compareUnsigned(soft, hard) > 0) {
        throw new UsageException("--ulimit " + text + ": the soft limit is above the hard one");
      }
      long own = limitsOfCaller.limit(limit.group(1)).map(Confinement.Limit::hard).orElse(-1L);
      // -1 is no limit, and so larger than all.
      if (Long.compareUnsigned(hard, own) > 0) {
        throw new CommandException(
            ExitCode.UNSUPPORTED,
            "--ulimit "
                + text
                + ": a session cannot go above the caller's own hard limit "
                + own
                + "; raise that first, in /etc/security/limits.conf or by root's prlimit",
            null);
      }
      limits.add(Confinement.Limit.of(limit.group(1), soft, hard));
    }
    return limits;
  }
}
