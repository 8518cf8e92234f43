package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the Containerfile language comes to in real images. RUN steps look at the result and fail
/// the build.
final class LanguageIT extends AppTests {
  /// The configuration is the only blob that has a history.
  private String configuration(String layout) throws IOException {
    try (Stream<Path> blobs = Files.list(actor.folder().resolve(layout + "/blobs/sha256"))) {
      for (Path blob : blobs.filter(b -> b.toFile().length() < 100_000).toList()) {
        String text = new String(Files.readAllBytes(blob), StandardCharsets.UTF_8);
        if (text.contains("\"history\"")) {
          return text;
        }
      }
    }
    throw new AssertionError("no configuration in " + layout);
  }

  @Test
  void heredocsAreTextScriptsAndFiles() throws IOException, InterruptedException {
    Images.succeed(
        build(
            """
            FROM oci:../base
            ARG WHO=me
            RUN <<E
            set -e
            echo one > /one
            # echo two > /two
            E
            RUN test -e /one && test ! -e /two
            RUN <<-SCRIPT
            #!/bin/sh
            	echo "$0" > /script
            SCRIPT
            RUN cat <<A > /a && cat <<'B' >> /a
            who $WHO
            A
            not $WHO
            B
            COPY --chown=7:8 --chmod=0640 <<one <<"two" /files/
            hello "$WHO"
            one
            raw $WHO \\n
            two
            ADD <<E /etc/single
            s
            E
            RUN test "$(cat /script)" = /dev/pipes/SCRIPT && test ! -e /dev/pipes
            RUN test "$(cat /a)" = "$(printf 'who me\\nnot $WHO')"
            RUN test "$(cat /files/one)" = 'hello "me"' && test "$(stat -c %u-%g-%a /files/one)" = 7-8-640
            RUN grep -qxF 'raw $WHO \\n' /files/two && test "$(stat -c %u-%a /etc/single)" = 0-644
            """));
  }

  @Test
  void aHeredocThatFailsIsToldWithItsLine() throws IOException, InterruptedException {
    Outcome outcome = build("FROM oci:../base\nRUN <<E\nset -e\nfalse\nE\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("Containerfile:2:1").contains("status 1");
  }

  @Test
  void triggersRunInWhatIsMadeFromTheImage() throws IOException, InterruptedException {
    Images.succeed(
        build(
            """
            FROM oci:../base
            ONBUILD RUN echo fired > /fired
            ONBUILD COPY <<E /copied
            $PATH
            E
            """));
    assertThat(configuration("result"))
        .contains("\"OnBuild\":[\"RUN echo fired > /fired\",\"COPY <<E /copied\\n$PATH\\nE\"]");

    actor.write(
        "child/Containerfile",
        "FROM oci:../result\nRUN test -e /fired && test \"$(cat /copied)\" = \"$PATH\"\n");
    Images.succeed(Images.build(actor, "child-result", List.of(OWN), "child"));
    assertThat(configuration("child-result")).doesNotContain("OnBuild");
  }

  @Test
  void healthChecksAndAuthorsAreInTheConfiguration() throws IOException, InterruptedException {
    Images.succeed(
        build(
            "FROM scratch\nMAINTAINER some one\nHEALTHCHECK --interval=90s --start-period=1s --retries=4 CMD [\"/ok\"]\n"));

    assertThat(configuration("result"))
        .contains("\"author\":\"some one\"")
        .contains(
            "\"Healthcheck\":{\"Test\":[\"CMD\",\"/ok\"],\"Interval\":90000000000,\"StartPeriod\":1000000000,\"Retries\":4}");
  }

  @Test
  void warningsAreToldAndFailTheBuildWhereTheFileAsksForIt()
      throws IOException, InterruptedException {
    Outcome told = Images.succeed(build("FROM oci:../base\nCMD a\nENV A=$HOM\n"));
    assertThat(told.err())
        .contains("Containerfile:2: JSONArgsRecommended")
        .contains("$HOM is not set here");

    Outcome failed = build("# check=error=true\nFROM oci:../base\nRUN touch /x\nCMD a\n");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err()).contains("check=error=true").doesNotContain("touch /x");

    Outcome skipped =
        build("# check=error=true;skip=JSONArgsRecommended\nFROM oci:../base\nCMD a\n");
    assertThat(Images.succeed(skipped).err()).doesNotContain("warning");
  }

  @Test
  void contextAndContainerfileComeFromStandardInput() throws IOException, InterruptedException {
    String text =
        "FROM oci:" + actor.folder().resolve("base") + "\nCOPY data /data\nRUN test -e /data\n";
    actor.write("app/data", "x");
    actor.write("app/Dockerfile", text);
    actor.write("app/sub/Other", text);
    Processes.must(actor.folder(), "tar", "-C", "app", "-czf", "context.tgz", ".");
    actor.give(actor.folder());

    List<String> digests = new ArrayList<>();
    for (String rest :
        List.of("-f - app < app/Dockerfile", "- < context.tgz", "-f sub/Other - < context.tgz")) {
      List<String> command =
          new ArrayList<>(
              actor.command(Map.of(), "build", "--platform", OWN, "-q", "-o", "oci:from-input"));
      List<String> shell = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + rest, "sh"));
      shell.addAll(command);
      digests.add(
          Images.succeed(Processes.run(actor.folder(), actor.environment(Map.of()), "", shell))
              .out());
    }
    assertThat(digests).hasSize(3).containsOnly(digests.getFirst());
    assertThat(actor.left("work")).isEmpty();
  }

  /// The platforms of --platform are not all that a build runs.
  @Test
  void whatAStageOrABaseImageIsForIsEmulated() throws IOException, InterruptedException {
    Images.base(actor, List.of("linux/s390x"));
    String named = "lone=oci-layout://" + actor.folder().resolve("base") + ":test";
    actor.write(
        "app/Containerfile",
        """
        FROM --platform=linux/s390x lone AS other
        RUN test "$(uname -m)" = s390x
        FROM lone
        COPY --from=other /etc/passwd /p
        RUN test "$(uname -m)" = s390x
        """);

    Outcome outcome =
        Images.succeed(
            Images.build(actor, "lonely", List.of(OWN), "app", "--build-context", named));

    assertThat(outcome.err())
        .contains("Containerfile:3: InvalidBaseImagePlatform")
        .contains("is for linux/s390x, not for " + OWN);
    Outcome check =
        actor.anyarch("build", "--platform", OWN, "--build-context", named, "--check", "app");
    assertThat(check.status()).isEqualTo(1);
    assertThat(check.out()).contains("InvalidBaseImagePlatform");
  }

  @Test
  void namedContextsAreBasesAndTakeThePlaceOfStages() throws IOException, InterruptedException {
    actor.write("folder/sub/f", "x");
    actor.write("folder/hidden", "x");
    actor.write("folder/.dockerignore", "hidden");

    Images.succeed(
        build(
            """
            FROM folder AS files
            FROM nowhere AS replaced
            RUN false
            FROM oci:../base
            COPY --from=files / /one/
            COPY --from=replaced /sub /two/
            COPY [s/]ome* /none/
            RUN test -e /one/sub/f && test -e /two/f && test ! -e /one/hidden
            """,
            "--build-context",
            "folder=folder",
            "--build-context",
            "replaced:latest=folder"));
  }
}
