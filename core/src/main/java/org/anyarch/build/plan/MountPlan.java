package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Instruction;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.build.containerfile.MountFlag;

/// Finds the places and sources of a RUN's mounts.
final class MountPlan {
  /// Finds what `from` names.
  interface Sources {
    CopySource find(String name, Location location) throws ContainerfileException;
  }

  private MountPlan() {}

  static RunSetup of(
      Instruction.Run run, MountFlag.Expansion expansion, String workingDir, Sources sources)
      throws ContainerfileException {
    List<PlannedMount> mounts = new ArrayList<>();
    Map<String, Location> places = new HashMap<>();
    int sockets = 0;
    for (MountFlag flag : run.flags().mounts()) {
      Mount mount = flag.mount(expansion);
      String written = mount.target();
      if (mount instanceof Mount.Ssh && written.isEmpty()) {
        written = "/run/buildkit/ssh_agent." + sockets++;
      } else if (mount instanceof Mount.Secret secret && written.isEmpty() && secret.isFile()) {
        written = "/run/secrets/" + secret.id().substring(secret.id().lastIndexOf('/') + 1);
      }
      String target = written.isEmpty() ? "" : Paths.absolute(workingDir, written);
      if (target.equals("/")) {
        throw new ContainerfileException(
            mount.location(), "RUN --mount: nothing can be mounted over /; name another target");
      }
      if (!target.isEmpty() && places.put(target, mount.location()) != null) {
        throw new ContainerfileException(
            mount.location(), "RUN --mount: " + target + " is the target of two; leave one");
      }
      mounts.add(new PlannedMount(mount, target, source(mount, sources)));
    }
    // In the order of path components: "/a" before "/a/b" and "/a-b".
    mounts.sort(Comparator.comparing(planned -> planned.target().replace('/', '\1')));
    return new RunSetup(mounts, run.flags().network(), run.flags().security());
  }

  private static Optional<CopySource> source(Mount mount, Sources sources)
      throws ContainerfileException {
    return switch (mount) {
      case Mount.Bind bind ->
          Optional.of(
              bind.from().isEmpty()
                  ? new CopySource.Context()
                  : sources.find(bind.from(), bind.location()));
      case Mount.Cache cache ->
          cache.from().isEmpty() || cache.from().equals("scratch")
              ? Optional.empty()
              : Optional.of(sources.find(cache.from(), cache.location()));
      case Mount.Tmpfs _, Mount.Secret _, Mount.Ssh _ -> Optional.empty();
    };
  }
}
