package org.anyarch.host.emit;

import java.util.List;

/// A keeper as a container that systemd starts through podman (podman-systemd.unit(5), 4.4 and
/// newer).
final class QuadletEmitter implements Emitter {
  private static final String NAME = "anyarch-host";

  @Override
  public String name() {
    return "quadlet";
  }

  @Override
  public String summary() {
    return "a podman container unit that keeps the handlers of this host";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    String image = request.requiredImage("a quadlet");
    String content =
        """
        # Written by anyarch %s. For podman as root; a rootless one has a user namespace of its own, and
        # with it a binfmt_misc of its own.
        [Unit]
        Description=Keeper of the handlers for programs of other architectures
        Wants=network-online.target
        After=network-online.target systemd-binfmt.service

        [Container]
        ContainerName=%s
        Image=%s
        # The host's processes: handlers have to be registered where PID 1 sees them.
        PodmanArgs=--privileged --pid=host --entrypoint=anyarch
        Exec=%s
        # z: the label that all containers may map, where SELinux is on.
        Volume=%s

        [Service]
        Restart=always
        RestartSec=5
        # The first start may have to pull the image.
        TimeoutStartSec=15min

        [Install]
        WantedBy=multi-user.target
        """
            .formatted(
                request.version(),
                NAME,
                image,
                Quote.systemdCommand(request.arguments("host", "keep")),
                volume(request.home()));
    return List.of(
        new Emission(
            "/etc/containers/systemd/" + NAME + ".container",
            Emission.PLAIN,
            content,
            List.of(
                "mkdir -p " + Quote.shell(request.home()),
                "systemctl daemon-reload",
                "systemctl start " + NAME + ".service")));
  }

  /// Unlike Exec= it is no list of words: all of the line counts, quotes included.
  private static String volume(String home) {
    return (home + ":" + home + ":z").replace("%", "%%");
  }
}
