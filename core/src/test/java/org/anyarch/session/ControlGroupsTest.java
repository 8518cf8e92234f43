package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written where, in folders that are no control groups; that the kernel takes it is tried
/// in the integration tests, for the version of groups that the machine has.
final class ControlGroupsTest {
  private static final Resources ALL =
      new Resources(64 << 20, 96 << 20, 150_000, 0, 512, "0-1", "0");

  @TempDir private Path folder;

  private static Map<String, String> files(Resources resources, boolean unified) {
    Map<String, String> files = new TreeMap<>();
    resources
        .settings(unified)
        .forEach(
            (controller, settings) ->
                settings.forEach(s -> files.put(controller + "/" + s.file(), s.value())));
    return files;
  }

  @Test
  void bothVersionsSayTheSame() {
    assertThat(files(ALL, false))
        .containsOnly(
            Map.entry("memory/memory.limit_in_bytes", "67108864"),
            Map.entry("memory/memory.memsw.limit_in_bytes", "100663296"),
            Map.entry("cpu/cpu.cfs_period_us", "100000"),
            Map.entry("cpu/cpu.cfs_quota_us", "150000"),
            Map.entry("cpu/cpu.shares", "512"),
            Map.entry("cpuset/cpuset.cpus", "0-1"),
            Map.entry("cpuset/cpuset.mems", "0"));
    assertThat(files(ALL, true))
        .containsOnly(
            Map.entry("memory/memory.max", "67108864"),
            Map.entry("memory/memory.swap.max", "33554432"),
            Map.entry("cpu/cpu.max", "150000 100000"),
            Map.entry("cpu/cpu.weight", "58"),
            Map.entry("cpuset/cpuset.cpus", "0-1"),
            Map.entry("cpuset/cpuset.mems", "0"));
    assertThat(files(Resources.UNLIMITED, true)).isEmpty();
    assertThat(files(new Resources(9, -1, 0, 0, 0, "", ""), true))
        .containsEntry("memory/memory.swap.max", "max");
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "1024, 100", "262144, 10000", "999999, 10000"})
  void anEqualShareIsTheWeightThatGroupsHave(long shares, String weight) {
    assertThat(files(new Resources(0, 0, 0, 0, shares, "", ""), true))
        .containsExactly(Map.entry("cpu/cpu.weight", weight));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aGroupIsMadeWithItsLimits(boolean unified) throws IOException, SessionException {
    Files.writeString(folder.resolve("cpuset.cpus"), "0-7");
    Files.writeString(folder.resolve("cpuset.mems"), "0");
    Resources cpus = new Resources(0, 0, 0, 0, 0, "1", "");
    ControlGroups groups =
        new ControlGroups(cpus, Map.of("cpuset", new ControlGroups.Parent(folder, unified)));

    ControlGroups.Group group = groups.make("x");

    Path made = folder.resolve("anyarch-x");
    assertThat(group.folders()).containsExactly(made);
    assertThat(made.resolve("cpuset.cpus")).hasContent("1");
    assertThat(Files.exists(made.resolve("cpuset.mems"))).isEqualTo(!unified);
    assertThat(group.prefix()).endsWith("1", made.toString());
  }

  @Test
  void groupsOfTheDeadAreSweptAndNoOthers() throws IOException {
    for (String name :
        List.of("anyarch-me-dead-step-1", "anyarch-me-live-step-1", "anyarch-b-x-1")) {
      Files.createDirectory(folder.resolve(name));
    }
    ControlGroups groups =
        new ControlGroups(ALL, Map.of("memory", new ControlGroups.Parent(folder, true)));

    groups.sweep("me", "live"::equals);

    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("anyarch-me-live-step-1", "anyarch-b-x-1");
  }

  private static CgroupMounts mounts(String groups, String... mounts) {
    return new CgroupMounts(groups.lines().toList(), List.of(mounts));
  }

  @Test
  void versionOneIsUsedBelowTheOwnGroup() throws IOException {
    Files.writeString(folder.resolve("cgroup.subtree_control"), "\n");
    CgroupMounts own =
        mounts(
            "5:cpu,cpuacct:/docker/x/y\n4:memory:/a\n0::/\n",
            "1 1 0:1 /docker/x /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct",
            "3 1 0:3 / " + folder + " rw - cgroup2 cgroup rw",
            "2 1 0:2 / /sys/fs/cgroup/memory rw shared:3 - cgroup cgroup rw,memory");

    assertThat(own.parent("cpu"))
        .isEqualTo(new ControlGroups.Parent(Path.of("/sys/fs/cgroup/cpu/y"), false));
    assertThat(own.parent("memory"))
        .isEqualTo(new ControlGroups.Parent(Path.of("/sys/fs/cgroup/memory/a"), false));
    assertThatThrownBy(() -> own.parent("cpuset")).hasMessageContaining("topmost");
  }

  @Test
  void versionTwoIsUsedBesideTheOwnGroupIfThatHasTheController() throws IOException {
    Path slice = Files.createDirectories(folder.resolve("user.slice"));
    Files.writeString(slice.resolve("cgroup.subtree_control"), "memory pids\n");
    CgroupMounts own =
        mounts("0::/user.slice/run.scope", "2 1 0:2 / " + folder + " rw - cgroup2 cgroup rw");

    assertThat(own.parent("memory")).isEqualTo(new ControlGroups.Parent(slice, true));
    assertThatThrownBy(() -> own.parent("cpu"))
        .hasMessageContaining("the controller cpu is not enabled in " + slice);
  }

  @Test
  void theKernelsTopmostGroupHasGroupsBelowIt() throws IOException {
    Files.writeString(folder.resolve("cgroup.subtree_control"), "cpu memory\n");
    String mount = "2 1 0:2 / " + folder + " rw - cgroup2 cgroup rw";

    for (String own : List.of("0::/", "0::/init.scope")) {
      assertThat(mounts(own, mount).parent("memory"))
          .isEqualTo(new ControlGroups.Parent(folder, true));
    }
  }

  /// An engine that mounts a container's own group as the whole tree: what lies above the mount is
  /// no control group.
  @Test
  void whatIsAboveTheMountIsNotUsed() {
    CgroupMounts own =
        mounts("0::/docker/x", "2 1 0:2 /docker/x " + folder + " rw - cgroup2 cgroup rw");

    assertThatThrownBy(() -> own.parent("memory"))
        .hasMessage("the control groups from /docker are not mounted");
  }

  @Test
  void theRemedyHasTheLimits() {
    assertThat(ALL.systemdRun())
        .contains(
            "-p MemoryMax=67108864 -p MemorySwapMax=33554432 -p CPUQuota=150% -p CPUWeight=58")
        .contains("-p AllowedCPUs=0-1 -p AllowedMemoryNodes=0");
  }
}
