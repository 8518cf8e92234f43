package org.anyarch.build.solve;

import java.util.ArrayList;
import java.util.List;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.build.plan.PlannedMount;
import org.anyarch.build.plan.RunSetup;

/// What a RUN's result depends on beside its command. What a secret says, what is in a cache and
/// whose agent answers is no part of it: those may change and the result is still good.
final class SetupText {
  private SetupText() {}

  /// @param sources for each mount what its files are known by
  static List<String> of(RunSetup setup, List<String> sources) {
    List<String> parts = new ArrayList<>();
    parts.add(setup.network() + " " + setup.security() + " " + setup.mounts().size());
    for (int i = 0; i < setup.mounts().size(); i++) {
      PlannedMount planned = setup.mounts().get(i);
      parts.add(planned.target());
      parts.add(sources.get(i));
      parts.addAll(
          switch (planned.mount()) {
            case Mount.Bind bind -> List.of("bind", bind.source(), writable(bind.writable()));
            case Mount.Cache cache ->
                List.of("cache", cache.id(), cache.source(), writable(cache.writable()));
            case Mount.Tmpfs tmpfs ->
                List.of("tmpfs", tmpfs.size().toString(), writable(tmpfs.writable()));
            case Mount.Secret secret ->
                List.of(
                    "secret", secret.id(), secret.variable().orElse(""), secret.owner().toString());
            case Mount.Ssh ssh -> List.of("ssh", ssh.id(), ssh.owner().toString());
          });
    }
    return parts;
  }

  private static String writable(boolean writable) {
    return writable ? "rw" : "ro";
  }
}
