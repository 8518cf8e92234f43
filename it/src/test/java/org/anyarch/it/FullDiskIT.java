package org.anyarch.it;

import static org.anyarch.it.CachedApp.OWN;
import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Disks that are full, now here, now there.
final class FullDiskIT {
  @ParameterizedTest
  @ValueSource(strings = {"home", "result"})
  void aFullDiskIsSaidInOneLineAndDoesNoHarm(String full) throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Images.base(actor, List.of(OWN));
    actor.write("app/Containerfile", "FROM oci:../base\nRUN head -c 9000000 /dev/urandom > /x\n");
    actor.write("small/Containerfile", "FROM oci:../base\nRUN echo x > /x\n");
    Files.createDirectories(actor.folder().resolve(full));
    String build = Machine.anyarch() + " build -q --platform " + OWN + " -o oci:result/out ";
    // Mounts end with the namespace.
    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=8m none "
                    + full
                    + " && ! "
                    + build
                    + "app && "
                    + build
                    + "small"));

    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).startsWith("sha256:");
    List<String> said = outcome.err().lines().filter(l -> l.startsWith("anyarch build:")).toList();
    assertThat(said).as("%s", outcome).hasSize(1);
    assertThat(outcome.err()).containsIgnoringCase("no space left on");
  }

  /// On a disk with room for the cache as it is and a little more, and more, and more: so every
  /// write of a build is the first that fails. All that a build writes is on it.
  private static final String SWEEP =
      """
      set -eu
      build() {
        "$ANYARCH" build -q --platform "$OWN" -t result:test --iidfile disk/iid --metadata-file disk/metadata \\
          -o oci:disk/result app
      }
      export ANYARCH_HOME="$PWD/disk/home"
      mkdir disk
      more=0
      while :; do
        mount -t tmpfs -o size=64m none disk
        cp -a home disk/home
        cp -a base disk/result
        used=$(df --output="$USED" disk | tail -n 1)
        mount -o remount,"$LIMIT=$((used + more))$UNIT" disk
        failed=0
        build > said 2>&1 || failed=$?
        mount -o remount,size=64m,nr_inodes=100000 disk
        [ "$failed" != 0 ] || break
        sed "s|^|$more failed: |" said
        build > said 2>&1 || true
        sed "s|^|$more then: |" said
        { find disk -name '.*-*'; (cd disk/home/work; find . -mindepth 1 ! -name guard); } | sed "s|^|$more left: |"
        umount disk
        more=$((more + STEP))
      done
      echo "enough: $more"
      """;

  @ParameterizedTest
  @CsvSource({"used,size,k,8", "iused,nr_inodes,'',6"})
  void everyWriteMayFail(String used, String limit, String unit, String step)
      throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out().strip();
    // The base stays unpacked: its many files are written in one place.
    try (var steps = Files.list(actor.home().resolve("steps"))) {
      for (var one : steps.toList()) {
        Processes.must(actor.folder(), "rm", "-r", one.toString());
      }
    }
    Map<String, String> environment =
        actor.environment(
            Map.of(
                "ANYARCH",
                Machine.anyarch().toString(),
                "OWN",
                OWN,
                "USED",
                used,
                "LIMIT",
                limit,
                "UNIT",
                unit,
                "STEP",
                step));
    // Mounts end with the namespace.
    Outcome outcome =
        Processes.run(
            actor.folder(), environment, "", List.of("unshare", "--mount", "sh", "-c", SWEEP));

    assertThat(outcome.status()).as("%s", outcome).isZero();
    List<String> failed = outcome.out().lines().filter(l -> l.contains(" failed: ")).toList();
    assertThat(failed).hasSizeGreaterThan(5);
    // What a program in a step says comes between, so it is the message that must say it, not each
    // line.
    assertThat(failed).as("%s", outcome).noneMatch(l -> l.contains("Exception"));
    for (String line : failed) {
      String more = line.substring(0, line.indexOf(' '));
      assertThat(failed.stream().filter(l -> l.startsWith(more + " ")))
          .as("%s", outcome)
          .anyMatch(l -> l.toLowerCase(Locale.ROOT).contains("no space left"));
    }
    assertThat(outcome.out().lines().filter(l -> l.contains(" then: ")))
        .as("%s", outcome)
        .isNotEmpty()
        .allMatch(l -> l.endsWith("then: " + digest));
    assertThat(outcome.out()).doesNotContain(" left: ");
  }
}
