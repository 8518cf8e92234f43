package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
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

  @Test
  void helpWorksWithoutASession() throws IOException, InterruptedException {
    Outcome outcome = within("echo 0 > /proc/sys/user/max_user_namespaces", "build --help");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("Usage: anyarch build");
  }

  @Test
  void aBuildWithoutASessionIsExitCodeThree() throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM scratch\n");

    Outcome outcome = within("echo 0 > /proc/sys/user/max_user_namespaces", "build -o oci:x app");

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
