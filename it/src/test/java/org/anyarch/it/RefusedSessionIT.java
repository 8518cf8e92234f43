package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.platform.Bytes;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;

/// Where no session can be had, the command says why and what to do, and the rest of anyarch works.
final class RefusedSessionIT {
  private final Actor actor = Machine.root();

  /// Runs anyarch in a user namespace in which `preparation` was done first.
  private Outcome within(String preparation, String words)
      throws IOException, InterruptedException {
    return Processes.run(
        actor.folder(),
        actor.environment(Map.of()),
        "",
        List.of(
            "unshare",
            "-Urm",
            "sh",
            "-c",
            preparation + " && exec " + Machine.anyarch() + " " + words));
  }

  @Test
  void switchedOffUserNamespacesAreNamedWithTheSysctl() throws IOException, InterruptedException {
    Outcome outcome = within("echo 0 > /proc/sys/user/max_user_namespaces", "exec -- true");

    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err().strip().lines()).hasSize(1);
    assertThat(outcome.err()).contains("user.max_user_namespaces").contains("sysctl -w");
  }

  /// As on Bottlerocket, which switches user namespaces off by default.
  @Test
  void theHostsHandlersServeWhereAPrivateSessionCannotBeHad()
      throws IOException, InterruptedException {
    Guest guest = Guest.named("s390x").orElseThrow();
    Path root = Files.createDirectory(actor.folder().resolve("root"));
    Processes.must(root, "tar", "-xf", Machine.roots().resolve("s390x.tar").toString());
    String rule =
        ":qemu-s390x:M::"
            + escaped(guest.magic())
            + ":"
            + escaped(guest.mask())
            + ":"
            + Machine.emulators().resolve("qemu-s390x-static")
            + ":";
    String host =
        "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc && printf '%%s' '%s' > /proc/sys/fs/binfmt_misc/register"
            + " && echo 0 > /proc/sys/user/max_user_namespaces";
    String uname = "--platform linux/s390x --rootfs " + root + " /bin/busybox uname -m";

    Outcome run = within(host.formatted(rule + "POCF"), "run " + uname);
    assertThat(run.out()).as("%s", run).isEqualTo("s390x\n");
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).contains("using the host's handlers, qemu-s390x").contains("sysctl");

    Outcome unfit = within(host.formatted(rule + "PO"), "run " + uname);
    assertThat(unfit.status()).isEqualTo(125);
    assertThat(unfit.err()).contains("lacks flag F").contains("anyarch host install linux/s390x");

    Outcome absent = within(host.formatted(rule + "POCF"), "exec --platform linux/arm64 -- true");
    assertThat(absent.status()).isEqualTo(125);
    assertThat(absent.err()).contains("does not run linux/arm64");

    Outcome refused = within(host.formatted(rule + "POCF"), "run --handlers=private " + uname);
    assertThat(refused.status()).isEqualTo(125);
    assertThat(refused.err()).startsWith("anyarch run: no private session: ");

    Outcome asked = within("true", "run --handlers=host " + uname);
    assertThat(asked.status()).as("%s", asked).isEqualTo(125);
    assertThat(asked.err()).contains("host's handlers were asked for");
  }

  @Test
  void aNativeProgramNeedsNoHandler() throws IOException, InterruptedException {
    String own = Guest.of(Platform.host()).flatMap(Guest::image).orElseThrow().architecture();
    Path root = Files.createDirectory(actor.folder().resolve("own"));
    Processes.must(root, "tar", "-xf", Machine.roots().resolve(own + ".tar").toString());

    Outcome outcome =
        within(
            "echo 0 > /proc/sys/user/max_user_namespaces",
            "run --rootfs " + root + " /bin/busybox true");

    assertThat(outcome.status()).as("%s", outcome).isZero();
  }

  private static String escaped(Bytes bytes) {
    return bytes.toString().replaceAll("(..)", "\\\\x$1");
  }

  @Test
  void helpWorksWithoutASession() throws IOException, InterruptedException {
    Outcome outcome = within("echo 0 > /proc/sys/user/max_user_namespaces", "build --help");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("Usage: anyarch build");
  }

  /// There is no root in this namespace to give files to.
  @Test
  void aContainerfileInAnArchiveIsLookedAtWithoutASession()
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM scratch AS here\n");
    Processes.must(actor.folder(), "tar", "-C", "app", "-cf", "app.tar", ".");

    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            List.of(
                "unshare",
                "-Um",
                "--map-user=1000",
                "--map-group=1000",
                "--keep-caps",
                "sh",
                "-c",
                "echo 0 > /proc/sys/user/max_user_namespaces && exec "
                    + Machine.anyarch()
                    + " build --call=targets - < app.tar"));

    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("here");
  }

  @Test
  void aForeignBuildWithoutHandlersIsExitCodeThree() throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM scratch\n");

    Outcome outcome =
        within(
            "echo 0 > /proc/sys/user/max_user_namespaces",
            "build --platform linux/s390x -o oci:x app");

    assertThat(outcome.status()).isEqualTo(3);
    assertThat(actor.folder().resolve("x")).doesNotExist();
  }

  @Test
  void aSessionWithinASessionIsASession() throws IOException, InterruptedException {
    Outcome outcome =
        actor.anyarch(
            "exec",
            "--",
            Machine.anyarch().toString(),
            "exec",
            "--",
            "sh",
            "-c",
            "ls /proc/sys/fs/binfmt_misc | grep -c qemu");

    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(Integer.parseInt(outcome.out().strip())).isGreaterThan(20);
  }
}
