package org.anyarch.host.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Units for a host that boots with systemd: one that installs what is missing at boot, one that
/// stays and repairs, and the rules from which systemd-binfmt restores.
final class SystemdEmitter implements Emitter {
  private static final String FOLDER = "/etc/systemd/system/";
  static final String INSTALL = "anyarch-host-install.service";
  static final String KEEP = "anyarch-host-keep.service";

  @Override
  public String name() {
    return "systemd";
  }

  @Override
  public String summary() {
    return "binfmt.d rules and units that install at boot what is missing, or stay and repair";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    List<Emission> emissions = new ArrayList<>(new BinfmtDEmitter().emit(request));
    emissions.add(
        new Emission(
            FOLDER + INSTALL,
            Emission.PLAIN,
            install(request),
            List.of("systemctl daemon-reload", "systemctl enable --now " + INSTALL)));
    emissions.add(
        new Emission(
            FOLDER + KEEP,
            Emission.PLAIN,
            keep(request),
            List.of(
                "# only where others keep removing the handlers; takes the other unit's place",
                "systemctl daemon-reload",
                "systemctl disable " + INSTALL,
                "systemctl enable --now " + KEEP)));
    return emissions;
  }

  private static String install(EmitRequest request) {
    return """
        # Written by anyarch %s.
        [Unit]
        Description=Handlers for programs of other architectures, where they are missing
        # Is one of them missing? systemd-binfmt has registered all of them where it runs and the
        # emulators are there, and then there is nothing to do.
        %s
        # In a container that may not change the host's settings there is nothing to be done.
        ConditionPathIsReadWrite=/proc/sys/
        After=proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount systemd-binfmt.service
        Before=containerd.service crio.service docker.service kubelet.service
        RequiresMountsFor=%s

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        # No setting here may give the service a mount namespace of its own (ProtectSystem=,
        # PrivateTmp= and their kin): what it mounts has to stay when it ends.
        ExecStart=%s
        TimeoutStartSec=5min

        [Install]
        WantedBy=multi-user.target
        """
        .formatted(
            request.version(),
            request.guests().stream()
                .map(g -> "ConditionPathExists=|!/proc/sys/fs/binfmt_misc/qemu-" + g.qemu())
                .collect(Collectors.joining("\n")),
            Quote.systemd(request.folder().toString()),
            command(request, "install"));
  }

  private static String keep(EmitRequest request) {
    return """
        # Written by anyarch %s.
        [Unit]
        Description=Keeper of the handlers for programs of other architectures
        ConditionPathIsReadWrite=/proc/sys/
        After=proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount systemd-binfmt.service
        Before=containerd.service crio.service docker.service kubelet.service
        RequiresMountsFor=%s
        # However often it fails, it is started again.
        StartLimitIntervalSec=0

        [Service]
        Type=exec
        # No setting here may give the service a mount namespace of its own: see the other unit.
        ExecStart=%s
        Restart=always
        RestartSec=5

        [Install]
        WantedBy=multi-user.target
        """
        .formatted(
            request.version(),
            Quote.systemd(request.folder().toString()),
            command(request, "keep"));
  }

  private static String command(EmitRequest request, String verb) {
    List<String> words = new ArrayList<>(List.of(request.program().toString()));
    words.addAll(request.arguments("host", verb));
    return Quote.systemdCommand(words);
  }
}
