package org.anyarch.build.solve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.anyarch.build.BuildException;
import org.anyarch.build.containerfile.RunFlags;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.platform.Platform;
import org.anyarch.session.Confinement;
import org.anyarch.session.PrivateNetwork;
import org.anyarch.session.Resources;
import org.anyarch.twins.Mode;

/// What the caller of a build gives its RUN steps. Secrets and agents get neither into an image nor
/// into what steps are known by.
///
/// @param secrets the contents of `--mount=type=secret` by their ids
/// @param agents sockets of SSH agents for `--mount=type=ssh` by their ids
/// @param hosts more lines of /etc/hosts: the address by the name
/// @param allowed entitlements: `security.insecure`, `network.host`
/// @param standard for steps that ask for nothing else
/// @param carrier what gives steps a private network, if that is what they have
/// @param resources what each step may use; no result depends on it
/// @param mode which native twins stand in for emulated programs; results depend only on whether it
///   is [Mode#COMPATIBLE]
/// @param inspection how that is verified
public record RunSettings(
    Map<String, SecretSource> secrets,
    Map<String, Path> agents,
    Map<String, String> hosts,
    Set<String> allowed,
    Confinement standard,
    Optional<PrivateNetwork.Carrier> carrier,
    Resources resources,
    Mode mode,
    Inspection inspection) {
  /// Nothing but the default.
  public static final RunSettings DEFAULT =
      new RunSettings(
          Map.of(),
          Map.of(),
          Map.of(),
          Set.of(),
          Confinement.DEFAULT,
          Optional.empty(),
          Resources.UNLIMITED,
          Mode.EXACT,
          Inspection.DEFAULT);

  /// Gives what a secret is. Not a value, so that nothing prints it.
  public interface SecretSource {
    byte[] read();
  }

  public RunSettings {
    if (standard.network() == Confinement.Network.PRIVATE && carrier.isEmpty()) {
      throw new IllegalArgumentException("a private network needs a carrier");
    }
    secrets = Map.copyOf(secrets);
    agents = Map.copyOf(agents);
    hosts = Map.copyOf(hosts);
    allowed = Set.copyOf(allowed);
  }

  /// With a secret more.
  public RunSettings withSecret(String id, SecretSource content) {
    return given(with(secrets, id, content), agents, hosts, allowed);
  }

  /// With a socket of an SSH agent more; the id of most steps is `default`.
  public RunSettings withAgent(String id, Path socket) {
    return given(secrets, with(agents, id, socket), hosts, allowed);
  }

  /// With a line in /etc/hosts more.
  public RunSettings withHost(String name, String address) {
    return given(secrets, agents, with(hosts, name, address), allowed);
  }

  /// With an entitlement more: `security.insecure` or `network.host`.
  public RunSettings withAllowed(String entitlement) {
    Set<String> more = new HashSet<>(allowed);
    more.add(entitlement);
    return given(secrets, agents, hosts, more);
  }

  private RunSettings given(
      Map<String, SecretSource> secrets,
      Map<String, Path> agents,
      Map<String, String> hosts,
      Set<String> allowed) {
    return new RunSettings(
        secrets, agents, hosts, allowed, standard, carrier, resources, mode, inspection);
  }

  private static <T> Map<String, T> with(Map<String, T> map, String key, T value) {
    Map<String, T> more = new HashMap<>(map);
    more.put(key, value);
    return more;
  }

  Optional<byte[]> secret(String id) {
    return Optional.ofNullable(secrets.get(id)).map(SecretSource::read);
  }

  /// How a step is confined.
  ///
  /// @throws BuildException if it asks for what the caller did not allow
  Confinement confinement(PlannedStep.RunStep step) throws BuildException {
    boolean insecure = step.setup().security() == RunFlags.Security.INSECURE;
    if (insecure) {
      require("security.insecure", "--security=insecure", step);
    }
    Confinement.Network network =
        switch (step.setup().network()) {
          case DEFAULT -> standard.network();
          case NONE -> Confinement.Network.NONE;
          case HOST -> {
            if (standard.network() != Confinement.Network.HOST) {
              require("network.host", "--network=host", step);
            }
            yield Confinement.Network.HOST;
          }
        };
    return new Confinement(insecure, network, standard.shmBytes(), standard.limits());
  }

  /// What of it the result of a step may depend on.
  ///
  /// @throws BuildException as [#confinement]
  List<String> text(PlannedStep.RunStep step, Platform platform) throws BuildException {
    Confinement confinement = confinement(step);
    List<String> parts = new ArrayList<>();
    if (mode == Mode.COMPATIBLE && RootTwins.foreign(platform).isPresent()) {
      // Known before the step runs is only that it may have such twins. What was made so is not
      // found by builds of another mode, nor is anything that was made on top of it.
      parts.add("compatible twins");
    }
    parts.add(confinement.insecure() + " " + confinement.network() + " " + confinement.shmBytes());
    parts.add(String.valueOf(confinement.limits().size()));
    confinement
        .limits()
        .forEach(limit -> parts.add(limit.name() + " " + limit.soft() + " " + limit.hard()));
    parts.add(String.valueOf(hosts.size()));
    new TreeMap<>(hosts).forEach((name, address) -> parts.addAll(List.of(name, address)));
    return parts;
  }

  private void require(String entitlement, String flag, PlannedStep.RunStep step)
      throws BuildException {
    if (!allowed.contains(entitlement)) {
      throw new BuildException(
          step.location()
              + ": RUN "
              + flag
              + " is not allowed; if you trust this file, build with --allow "
              + entitlement);
    }
  }
}
