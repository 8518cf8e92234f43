package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionTest {
  private static final boolean KNOWS = true;

  private static final HostFacts FINE =
      new HostFacts(
          "6.18.5", true, OptionalLong.of(1000), OptionalLong.empty(), false, false, KNOWS);

  @Test
  void whatTheHelperReachedIsRead() throws SessionException {
    assertThat(
            Session.current(
                Map.of(
                    Session.VARIABLE,
                    "entered ids=subids proc=inherited handlers=private start=7")))
        .isEqualTo(new Session(Session.Ids.SUBIDS, false, Optional.empty(), 7));
    assertThat(
            Session.current(
                Map.of(Session.VARIABLE, "entered ids=all proc=own handlers=host asked 0 start=9")))
        .isEqualTo(
            new Session(
                Session.Ids.ALL, true, Optional.of("the host's handlers were asked for"), 9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "entered", "entered ids=all", "failed", "failed x", "failed X 1"})
  void anythingElseIsNoSession(String said) {
    assertThatThrownBy(() -> Session.current(Map.of(Session.VARIABLE, said)))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("bin/anyarch");
  }

  /// What a build mounts would be mounted on the host, and `/sys` be read-only there.
  @Test
  void aProgramInNoSessionIsToldHowToGetOne(@TempDir Path proc) throws Exception {
    Files.createDirectories(proc.resolve("1"));
    Files.writeString(proc.resolve("1/comm"), "systemd\n");
    Path users = Files.createDirectories(proc.resolve("self/ns")).resolve("user");
    Files.createSymbolicLink(users, Path.of("user:[4026531837]"));

    assertThatThrownBy(() -> Session.requireInside(Map.of(), proc))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("anyarch exec -- java");

    Session.requireInside(
        Map.of(Session.VARIABLE, "entered ids=all proc=own handlers=private start=7"), proc);
    Files.writeString(proc.resolve("1/comm"), "anyarch-init\n");
    Session.requireInside(Map.of(), proc);
    Files.writeString(proc.resolve("1/comm"), "systemd\n");
    Files.delete(users);
    Files.createSymbolicLink(users, Path.of("user:[4026532177]"));
    Session.requireInside(Map.of(), proc);
  }

  @Test
  void aFailureIsExplained() {
    assertThatThrownBy(() -> Session.current(Map.of(Session.VARIABLE, "failed ids 1")))
        .hasMessageContaining("/etc/subuid")
        .hasMessageContaining("(EPERM)]");
  }

  private static HostFacts facts(String which) {
    return switch (which) {
      case "no namespaces" ->
          new HostFacts(
              "6.8", false, OptionalLong.empty(), OptionalLong.empty(), false, false, KNOWS);
      case "no binfmt_misc" ->
          new HostFacts(
              "6.8", true, OptionalLong.of(9), OptionalLong.empty(), false, false, !KNOWS);
      case "max 0" ->
          new HostFacts("6.8", true, OptionalLong.of(0), OptionalLong.empty(), false, false, KNOWS);
      case "clone 0" ->
          new HostFacts("6.8", true, OptionalLong.of(9), OptionalLong.of(0), false, false, KNOWS);
      case "apparmor" ->
          new HostFacts("6.8", true, OptionalLong.of(9), OptionalLong.empty(), true, false, KNOWS);
      case "seccomp" ->
          new HostFacts("6.8", true, OptionalLong.of(9), OptionalLong.empty(), false, true, KNOWS);
      case "old" ->
          new HostFacts(
              "6.1.0-18-amd64",
              true,
              OptionalLong.of(9),
              OptionalLong.empty(),
              false,
              false,
              KNOWS);
      default -> FINE;
    };
  }

  /// Numbers: 1 EPERM, 2 ENOENT, 19 ENODEV, 22 EINVAL, 28 ENOSPC, 11 EAGAIN.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "namespaces|22|fine|CONFIG_USER_NS",
        "namespaces|1|no namespaces|CONFIG_USER_NS",
        "namespaces|28|max 0|sysctl -w user.max_user_namespaces",
        "namespaces|28|fine|limit of user namespaces",
        "namespaces|1|clone 0|kernel.unprivileged_userns_clone=1",
        "namespaces|1|seccomp|seccomp=unconfined",
        "namespaces|1|apparmor|kernel.apparmor_restrict_unprivileged_userns=0",
        "namespaces|1|fine|chroot",
        "ids|1|fine|newuidmap",
        "ids|2|fine|--mount-proc",
        "identity|1|fine|setresuid",
        "mounts|1|seccomp|seccomp=unconfined",
        "binfmt_misc|1|seccomp|seccomp=unconfined",
        "binfmt_misc|2|fine|is covered",
        "binfmt_misc|2|no binfmt_misc|modprobe binfmt_misc",
        "mounts|1|apparmor|userns,",
        "mounts|1|fine|security module",
        "binfmt_misc|19|fine|modprobe binfmt_misc",
        "binfmt_misc|1|old|Linux 6.7 or newer",
        "binfmt_misc|1|fine|security module",
        "init|11|fine|ulimit -u",
      })
  void eachObstacleHasItsOwnLineAndRemedy(String stage, int errno, String which, String part) {
    assertThat(Obstacle.explain(stage, errno, facts(which)))
        .startsWith("no private session: ")
        .contains(part)
        .contains("[" + stage + ": ")
        .hasLineCount(1);
  }

  @Test
  void factsAreReadFromTheKernelsFiles(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("proc/sys/kernel"));
    Files.createDirectories(root.resolve("proc/sys/user"));
    Files.createDirectories(root.resolve("proc/self/ns"));
    Files.writeString(root.resolve("proc/sys/kernel/osrelease"), "6.6.87-wsl\n");
    Files.writeString(root.resolve("proc/sys/kernel/unprivileged_userns_clone"), "0\n");
    Files.writeString(root.resolve("proc/sys/kernel/apparmor_restrict_unprivileged_userns"), "1\n");
    Files.writeString(root.resolve("proc/sys/user/max_user_namespaces"), "12\n");
    Files.writeString(root.resolve("proc/self/ns/user"), "");
    Files.writeString(root.resolve("proc/filesystems"), "nodev\tproc\nnodev\tbinfmt_misc\n");
    Files.writeString(root.resolve("proc/self/status"), "Name:\tx\nSeccomp:\t2\n");

    assertThat(HostFacts.read(root))
        .isEqualTo(
            new HostFacts(
                "6.6.87-wsl", true, OptionalLong.of(12), OptionalLong.of(0), true, true, KNOWS));
    assertThat(HostFacts.read(root.resolve("nothing")).userNamespaces()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "6.6.9, true",
    "5.15.0-1, true",
    "6.7, false",
    "6.7.0-rc1, false",
    "7.0, false",
    "x, false"
  })
  void releasesAreCompared(String release, boolean older) {
    HostFacts facts =
        new HostFacts(
            release, true, OptionalLong.empty(), OptionalLong.empty(), false, false, KNOWS);
    assertThat(facts.olderThan(6, 7)).isEqualTo(older);
  }
}
