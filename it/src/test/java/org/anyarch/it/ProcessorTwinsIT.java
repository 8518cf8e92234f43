package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Native twins beside an emulator that describes a processor of its own, as QEMU does since 8.1:
/// what reads of it is told of the guest's. With the QEMU of Debian 13; needs the network.
@ResourceLock(value = Machine.CONTROL_GROUPS, mode = ResourceAccessMode.READ)
final class ProcessorTwinsIT {
  private static final String READS =
      "cat /proc/cpuinfo; while read -r l; do echo \"$l\"; done < /proc/cpuinfo; grep -c : /proc/cpuinfo; cd /proc; head -3 cpuinfo; ls -l cpuinfo | cut -c1-10";

  private static final String NATIVE =
      "case $(cat /proc/self/maps) in */dev/.anyarch/*) echo native; esac";

  private static Actor actor;
  private static Map<String, String> newer;

  @BeforeAll
  static void emulators() throws IOException {
    actor = Machine.root();
    Processes.must(
        actor.folder(),
        Machine.tree().resolve("examples/roots/debian-root").toString(),
        TwinBase.OWN,
        "qemu.tar",
        "base-files,qemu-user",
        "trixie");
    Processes.must(actor.folder(), "tar", "-xf", "qemu.tar", "--wildcards", "./usr/bin/qemu-[as]*");
    newer = Map.of("ANYARCH_EMULATORS", actor.folder().resolve("usr/bin").toString());
  }

  private static Outcome anyarch(String... words) throws IOException, InterruptedException {
    return Images.succeed(actor.anyarch(newer, "", words));
  }

  private static String built(String arch, String mode) throws IOException, InterruptedException {
    return anyarch(
            "build",
            "-q",
            "--no-cache",
            "--accelerate=" + mode,
            "--platform=linux/" + arch,
            "-o",
            "oci:" + mode,
            "app")
        .out();
  }

  private static String ran(String arch, String mode, String script)
      throws IOException, InterruptedException {
    return anyarch(
            "run",
            "--accelerate=" + mode,
            "--platform=linux/" + arch,
            "oci:b",
            "env",
            "LC_ALL=C",
            "sh",
            "-c",
            script)
        .out();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arm64", "s390x"})
  void twinsReadOfTheGuestsProcessor(String arch) throws IOException, InterruptedException {
    TwinBase.pair(actor, arch, "dash,coreutils,grep");
    actor.write(
        "app/Containerfile", "FROM oci:../b\nENV LC_ALL=C\nRUN { " + READS + "; } > /read\n");

    assertThat(built(arch, "exact")).isEqualTo(built(arch, "off"));
    assertThat(ran(arch, "exact", NATIVE)).isEqualTo("native\n");
    assertThat(ran(arch, "exact", READS))
        .isEqualTo(ran(arch, "off", READS))
        .doesNotContain("GenuineIntel", "AuthenticAMD");
  }
}
