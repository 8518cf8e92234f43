package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          22 28 0:21 / /proc rw,relatime shared:14 - proc proc rw
          28 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/root rw
          30 22 0:27 / /proc/sys/fs/binfmt_misc rw,relatime shared:15 - autofs systemd-1 rw,fd=31
          31 30 0:40 / /proc/sys/fs/binfmt_misc ro,nosuid - binfmt_misc binfmt_misc rw
          32 28 0:41 / /mnt/a\\040b\\134c rw,noexec - tmpfs tmpfs rw
          nonsense
          33 28 0:42
          """);

  @Test
  void blanksAndBackslashesAreRead() {
    assertThat(TABLE.mounts()).hasSize(5);
    assertThat(TABLE.mounts().getLast().point()).isEqualTo("/mnt/a b\\c");
  }

  @Test
  void instancesAndAutomountsAreTold() {
    assertThat(TABLE.instances()).hasSize(1);
    assertThat(TABLE.instances().getFirst().device()).isEqualTo("0:40");
    assertThat(TABLE.instances().getFirst().has("ro")).isTrue();
    assertThat(TABLE.automounts("/proc/sys/fs/binfmt_misc")).isTrue();
    assertThat(TABLE.automounts("/proc")).isFalse();
  }

  @Test
  void aPathLiesOnTheLongestMountAboveIt() {
    assertThat(TABLE.of("/mnt/a b\\c/d").orElseThrow().has("noexec")).isTrue();
    assertThat(TABLE.of("/mnt/a b\\cd").orElseThrow().point()).isEqualTo("/");
    assertThat(TABLE.of("/proc/1").orElseThrow().shared()).isTrue();
    assertThat(TABLE.of("/mnt/a b\\c").orElseThrow().shared()).isFalse();
  }
}
