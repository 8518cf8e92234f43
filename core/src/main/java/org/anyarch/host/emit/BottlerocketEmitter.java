package org.anyarch.host.emit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// User data for Bottlerocket: a bootstrap container, which ends before the node takes work.
final class BottlerocketEmitter implements Emitter {
  @Override
  public String name() {
    return "bottlerocket";
  }

  @Override
  public String summary() {
    return "user data (TOML) with a bootstrap container that installs at every boot";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    String image = request.requiredImage("a bootstrap container");
    List<String> install = request.arguments("host", "install");
    List<String> command = new ArrayList<>(List.of("anyarch"));
    command.addAll(install);
    String content =
        """
        # Written by anyarch %s. User data of a Bottlerocket node: a bootstrap container that registers
        # handlers for programs of other architectures before the node takes work.
        # Where it can be given: EC2 user data, guestinfo, Karpenter's EC2NodeClass, eksctl's
        # bottlerocket settings. EKS Auto Mode takes no settings: use the DaemonSet there.
        [settings.bootstrap-containers.anyarch]
        source = %s
        # Handlers live in the kernel's memory, so "once" would cover the first boot only.
        mode = "always"
        # true would keep the node from booting when a platform could not be had.
        essential = false
        # %s, one word a line.
        user-data = %s
        %s
        # What rootless builders on the node need as well; Bottlerocket's default is 0.
        # [settings.kernel.sysctl]
        # "user.max_user_namespaces" = "16384"
        """
            .formatted(
                request.version(),
                Quote.string(image),
                "What anyarch is to do: " + Quote.shown(String.join(" ", install)),
                Quote.string(userData(install)),
                request.bootstrapCommand()
                    ? "# 1.47.0 and newer; older releases refuse the whole user data for it.\ncommand = "
                        + Quote.strings(command)
                        + "\n"
                    : "");
    return List.of(
        new Emission(
            "anyarch-bottlerocket.toml",
            Emission.PLAIN,
            content,
            List.of(
                "# give it to new nodes as user data; for one that runs (from its admin or control"
                    + " container; in force at the next boot):",
                "apiclient apply < anyarch-bottlerocket.toml",
                "# what it said: journalctl -u bootstrap-containers@anyarch.service")));
  }

  /// What the bootstrap container finds decoded in
  /// /.bottlerocket/bootstrap-containers/current/user-data.
  private static String userData(List<String> arguments) {
    String text = String.join("\n", arguments) + "\n";
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
