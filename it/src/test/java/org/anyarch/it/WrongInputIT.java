package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Wrong input: one line that says what and where, the documented exit code, and nothing left
/// behind.
final class WrongInputIT {
  private final Actor actor = Machine.user();

  @BeforeEach
  void base() throws IOException, InterruptedException {
    Images.base(actor, List.of("linux/amd64"));
  }

  private Outcome build(String containerfile, String... more)
      throws IOException, InterruptedException {
    actor.write("bad/Containerfile", containerfile);
    Outcome outcome = Images.build(actor, "result", List.of("linux/amd64"), "bad", more);
    assertThat(actor.folder().resolve("result")).as("%s", outcome).doesNotExist();
    assertThat(actor.left("work")).isEmpty();
    assertThat(outcome.err()).doesNotContain("Exception").doesNotContain("\tat ");
    return outcome;
  }

  @Test
  void anUnknownPlatformIsAUsageErrorThatNamesIt() throws IOException, InterruptedException {
    Outcome outcome =
        actor.anyarch("build", "--platform", "linux/arm65", "-o", "oci:result", "base-context");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.lastLine()).contains("arm65").contains("arm64");
  }

  @Test
  void aMissingFileInCopyIsNamedWithItsLine() throws IOException, InterruptedException {
    Outcome outcome = build("FROM scratch\n\nCOPY nowhere /\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:3").contains("nowhere");
  }

  @Test
  void aRunThatFailsShowsCommandLineAndLastOutput() throws IOException, InterruptedException {
    Outcome outcome = build("FROM oci:../base\nRUN echo before the end; exit 7\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("Containerfile:2")
        .contains("exit 7")
        .contains("status 7")
        .contains("before the end");
  }

  @Test
  void whatAFailedRunPrintedDoesNotSteerTheTerminal() throws IOException, InterruptedException {
    Outcome outcome =
        build("FROM oci:../base\nRUN printf '\\033]0;title\\007\\033[2Jevil\\n'; exit 7\n");

    assertThat(outcome.err()).contains("| evil", "  evil").doesNotContain("\033", "\007");
  }

  @Test
  void aFileForTheResultThatCannotBeIsSaidBeforeTheBuild()
      throws IOException, InterruptedException {
    for (String option : List.of("--iidfile", "--metadata-file")) {
      Outcome outcome = build("FROM scratch\nCOPY nowhere /\n", option, "absent/file");

      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.lastLine()).contains(option + " absent/file", "is no folder");
    }
  }

  @Test
  void aSyntaxErrorHasLineAndColumn() throws IOException, InterruptedException {
    Outcome outcome = build("FROM scratch\nCOPY --chwn=1 a b\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine())
        .containsPattern("Containerfile:2:\\d+")
        .contains("--chwn")
        .contains("--chown");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN --device=x true|--device",
        "COPY https://example.org/x /x|COPY takes no URL",
        "FROM docker.io/library/debian|docker.io/library/debian",
      })
  void whatIsNotSupportedIsRefusedByName(String line, String name)
      throws IOException, InterruptedException {
    Outcome outcome = build("FROM oci:../base\n" + line + "\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:2").contains(name);
  }

  @ParameterizedTest
  @CsvSource({"../outside", "/absolute/../../outside", "/absolute"})
  void anArchiveThatClimbsOutIsRefused(String name) throws IOException, InterruptedException {
    Archives.file(actor, "bad/evil.tar", name);

    Outcome outcome = build("FROM scratch\nADD evil.tar /in/\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:2").contains(name);
  }

  @Test
  void aFileBehindALinkOutOfAnArchiveIsRefused() throws IOException, InterruptedException {
    Path outside = actor.write("outside/victim", "untouched").getParent();
    Archives.linkThenFile(actor, "bad/evil.tar", "link", outside.toString(), "link/victim");

    Outcome outcome = build("FROM scratch\nADD evil.tar /in/\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:2").contains("link/victim");
    assertThat(outside.resolve("victim")).hasContent("untouched");
    assertThat(outside.toFile().list()).hasSize(1);
  }

  @Test
  void aBaseImageWithoutThePlatformListsThoseItHas() throws IOException, InterruptedException {
    // One that is for a single platform is taken with a warning.
    Images.base(actor, List.of("linux/amd64", "linux/386"));
    actor.write("bad/Containerfile", "FROM oci:../base:test\n");

    Outcome outcome = Images.build(actor, "result", List.of("linux/s390x"), "bad");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("linux/s390x").contains("amd64");
  }

  @Test
  void anUnreadableContextIsNamed() throws IOException, InterruptedException {
    actor.write("bad/Containerfile", "FROM scratch\nCOPY secret /\n");
    Path secret = actor.write("bad/secret", "x");
    Processes.must(Path.of("/"), "chown", "root:root", secret.toString());
    Processes.must(Path.of("/"), "chmod", "600", secret.toString());

    Outcome outcome = Images.build(actor, "result", List.of("linux/amd64"), "bad");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("secret").contains("EACCES");
  }

  @Test
  void anOwnerThatTheSessionDoesNotHaveIsNamedWithItsLine()
      throws IOException, InterruptedException {
    actor.write("bad/file", "x");
    Outcome outcome = build("FROM scratch\nCOPY --chown=3000000 file /\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:2").contains("/etc/subuid");
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothing() throws IOException, InterruptedException {
    actor.write(
        "big/Containerfile", "FROM oci:../base\nRUN dd if=/dev/zero of=/fill bs=1M count=64\n");
    // A disk of 16 MiB, in a mount namespace of this test's own.
    List<String> command =
        List.of(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mkdir -p small && mount -t tmpfs -o size=16m,mode=777 none small && ANYARCH_HOME=$PWD/small "
                + Machine.anyarch()
                + " build -t x -o oci:result big; status=$?; ls small/work | grep -vx guard; exit $status");

    Outcome outcome =
        Processes.run(actor.folder(), Machine.root().environment(Map.of()), "", command);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).containsIgnoringCase("no space left");
    assertThat(outcome.out()).isEmpty();
    assertThat(actor.folder().resolve("result")).doesNotExist();
  }

  @Test
  void aFullDiskUnderTheOutputIsNamedAndLeavesNothing() throws IOException, InterruptedException {
    actor.write(
        "big/Containerfile",
        "FROM oci:../base\nRUN dd if=/dev/urandom of=/fill bs=1M count=24 2>/dev/null\n");
    List<String> command =
        List.of(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mkdir -p small && mount -t tmpfs -o size=16m,mode=777 none small && "
                + Machine.anyarch()
                + " build -t x -o oci:small/result big; status=$?; ls -A small; exit $status");

    Outcome outcome =
        Processes.run(actor.folder(), Machine.root().environment(Map.of()), "", command);

    assertThat(outcome.status()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("small/result").containsIgnoringCase("no space left");
    assertThat(outcome.out()).isEmpty();
  }
}
