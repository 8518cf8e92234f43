package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the steps of a build do to files. RUN steps look at the result and fail the build.
final class BuilderIT extends AppTests {
  @Test
  void aLinkInTheImageNeverLeadsACopyOutOfIt() throws IOException, InterruptedException {
    Path outside = Files.createDirectory(actor.folder().resolve("outside"));
    actor.give(outside);
    actor.write("app/files/app/lib/file", "x");

    Outcome outcome =
        build("FROM oci:../base\nRUN mkdir /app && ln -s " + outside + " /app/lib\nCOPY files /\n");

    assertThat(outcome.status()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:3").contains("lib").contains("link");
    assertThat(outside).isEmptyDirectory();
  }

  /// The runtime makes /etc/hosts and the like where there is none, and they are taken away again.
  @Test
  void whatAStepPutsInThePlaceOfAFolderIsNotFollowedAfterwards()
      throws IOException, InterruptedException {
    Path hosts = actor.write("victim/hosts", "");
    Path resolver = actor.write("victim/resolv.conf", "");

    Outcome outcome =
        build(
            "FROM oci:../base\nRUN rm -f /etc/hosts /etc/resolv.conf || true\nRUN mv /etc /etc2 && ln -s "
                + hosts.getParent()
                + " /etc\n");

    assertThat(hosts).as("%s", outcome).exists();
    assertThat(resolver).exists();
  }

  @Test
  void hardLinksAcrossSourcesKeepTheRightContents() throws IOException, InterruptedException {
    Path first = actor.write("app/a/f", "one");
    actor.write("app/b/f", "two");
    Files.createDirectories(actor.folder().resolve("app/c"));
    Files.createLink(actor.folder().resolve("app/c/g"), first);
    Files.createDirectories(actor.folder().resolve("app/d"));
    Files.createLink(actor.folder().resolve("app/d/f"), first);
    actor.give(actor.folder());
    succeeds(
        """
        FROM oci:../base
        COPY a b c /dst/
        COPY a d /same/
        RUN test "$(cat /dst/f)" = two && test "$(cat /dst/g)" = one && test "$(cat /same/f)" = one
        """);
  }

  @Test
  void wildcardsFindNothingOutsideOfTheirRoot() throws IOException, InterruptedException {
    actor.write("outside/secret", "x");
    Path outside = actor.folder().resolve("outside");
    actor.write("app/inside/plain", "x");
    Files.createSymbolicLink(actor.folder().resolve("app/link"), outside);
    Files.createSymbolicLink(actor.folder().resolve("app/linked"), Path.of("inside"));

    succeeds(
        """
        FROM oci:../base AS source
        RUN mkdir /s && ln -s %s /s/dir
        FROM oci:../base
        COPY l* /one/
        COPY */* /two/
        COPY --from=source /s/* /three/
        COPY absent* /four/
        RUN test -e /one/plain && test -e /two/plain && test ! -e /one/secret \\
          && test ! -e /two/secret && test ! -e /three/secret
        """
            .formatted(outside));
  }

  @Test
  void aPatternThatIsNoneIsSaidWithItsLine() throws IOException, InterruptedException {
    Outcome outcome = build("FROM scratch\nCOPY a[ /x\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lastLine()).contains("Containerfile:2").contains("a[").contains("closed");
  }

  @Test
  void stepsThatDifferOnlyInWhereWordsEndAreDifferent() throws IOException, InterruptedException {
    actor.write("app/a", "1");
    actor.write("app/b", "2");
    actor.write("app/a, b", "3");
    succeeds(
        """
        FROM oci:../base AS one
        RUN ["/bin/busybox", "touch", "a, b"]
        FROM oci:../base AS two
        RUN ["/bin/busybox", "touch", "a", "b"]
        FROM oci:../base AS three
        COPY ["a, b", "/o/"]
        FROM oci:../base AS four
        COPY ["a", "b", "/o/"]
        FROM oci:../base AS five
        USER 1
        WORKDIR /app
        FROM oci:../base AS six
        WORKDIR /app1
        FROM oci:../base
        COPY --from=one / /1/
        COPY --from=two / /2/
        COPY --from=three / /3/
        COPY --from=four / /4/
        COPY --from=five / /5/
        COPY --from=six / /6/
        RUN test -e '/1/a, b' && test -e /2/b && test -e '/3/o/a, b' && test -e /4/o/b \\
          && test -d /5/app && test -d /6/app1 && test ! -e /6/app
        """);
  }

  @Test
  void dockerignoreTakesBackWhatIsBelowAnExcludedFolder() throws IOException, InterruptedException {
    for (String name : List.of("src/keep", "src/sub/a.c", "src/sub/a.o", "other/x", "nm/y")) {
      actor.write("app/" + name, "x");
    }
    actor.write("app/.dockerignore", "*\n!src/keep\n!src/sub/*.c\n");
    succeeds(
        """
        FROM oci:../base
        COPY . /out/
        RUN test -e /out/src/keep && test -e /out/src/sub/a.c && test ! -e /out/src/sub/a.o \\
          && test ! -e /out/other
        """);
    Outcome named = build("FROM scratch\nCOPY nm /out/\n");
    assertThat(named.status()).isEqualTo(1);
    assertThat(named.lastLine()).contains(".dockerignore excludes it");

    actor.write("app/Containerfile.dockerignore", "src\n");
    succeeds(
        """
        FROM oci:../base
        COPY . /out/
        RUN test -e /out/other/x && test ! -e /out/src
        """);
  }

  @Test
  void argumentsAreInheritedAndThereIsAlwaysAPath() throws IOException, InterruptedException {
    Path root = Machine.roots().resolve(OWN.replace("linux/", "").replace("/", "") + ".tar");
    actor.write("app/x", "");
    Processes.must(actor.folder(), "cp", root.toString(), "app/root.tar");
    actor.give(actor.folder());
    succeeds(
        """
        FROM scratch AS parent
        ADD root.tar /
        ARG VALUE=1
        ENV PATH=/opt/bin:$PATH
        FROM parent
        RUN test "$VALUE" = 1 && test "$PATH" = /opt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        """);
  }

  @Test
  void aTreeTooDeepForAnyPathDoesNotBlockTheNextBuild() throws IOException, InterruptedException {
    Outcome deep =
        build(
            """
            FROM oci:../base
            RUN i=0; while [ $i -lt 600 ]; do mkdir dddddddd && cd dddddddd || exit 9; i=$((i+1)); done; exit 0
            """);
    assertThat(deep.status()).as("%s", deep).isEqualTo(1);

    succeeds("FROM oci:../base\nRUN true\n");
    assertThat(actor.left("work")).isEmpty();
  }

  @Test
  void whatTheBuildItselfWritesIsNoInput() throws IOException, InterruptedException {
    actor.write(
        "Containerfile",
        "FROM oci:base\nCOPY . /all/\nRUN test ! -e /all/home && test ! -e /all/result\n");
    Images.succeed(Images.build(actor, "result", List.of(OWN), "."));
    Images.succeed(Images.build(actor, "result", List.of(OWN), "."));
  }

  @Test
  void theCallersUmaskChangesNothing() throws IOException, InterruptedException {
    actor.write(
        "app/Containerfile", "FROM oci:../base\nUSER 1000\nWORKDIR /w\nRUN true > /w/file\n");
    List<String> digests = new ArrayList<>();
    for (String mask : List.of("022", "077")) {
      List<String> command =
          actor.command(Map.of(), "build", "--platform", OWN, "-q", "-o", "oci:r" + mask, "app");
      String script = "umask " + mask + "; exec \"$@\"";
      List<String> shell = new ArrayList<>(List.of("sh", "-c", script, "sh"));
      shell.addAll(command);
      digests.add(
          Images.succeed(Processes.run(actor.folder(), actor.environment(Map.of()), "", shell))
              .out());
    }
    assertThat(digests.get(1)).isEqualTo(digests.get(0));
  }

  @Test
  void copyKeepsHardLinksAndLeavesSocketsOut() throws IOException, InterruptedException {
    actor.write("app/in/a", "x");
    Files.createLink(actor.folder().resolve("app/in/b"), actor.folder().resolve("app/in/a"));
    Processes.must(
        actor.folder(),
        "python3",
        "-c",
        "import socket; socket.socket(socket.AF_UNIX).bind('app/in/socket')");
    Processes.must(actor.folder(), "mkfifo", "app/fifo");
    actor.give(actor.folder());
    succeeds(
        """
        FROM oci:../base AS one
        COPY in /in/
        ADD fifo /fifo
        FROM oci:../base
        COPY --from=one /in /in/
        COPY --from=one /fifo /
        RUN test "$(stat -c %h /in/a)" = 2 && test ! -e /in/socket && test -p /fifo
        """);
  }

  @Test
  void aFolderCopiedOntoAFolderBelowTheTopTakesItsMode() throws IOException, InterruptedException {
    actor.write("app/d/sub/file", "x");
    Processes.must(actor.folder(), "chmod", "700", "app/d/sub");
    succeeds(
        """
        FROM oci:../base
        RUN mkdir -p /dst/sub && chmod 755 /dst /dst/sub && chown 5:5 /dst /dst/sub
        COPY d/ /dst/
        RUN test "$(stat -c %a-%u /dst)" = 755-5 && test "$(stat -c %a-%u /dst/sub)" = 700-0
        """);
  }

  @Test
  void aStageHasThePlatformOfTheStageItIsMadeFrom() throws IOException, InterruptedException {
    Images.base(actor, List.of(OWN, "linux/s390x"));
    actor.write(
        "app/Containerfile",
        "FROM --platform=$BUILDPLATFORM oci:../base AS tools\nFROM tools\nRUN uname -m > /machine\n");

    Outcome outcome = Images.succeed(Images.build(actor, "result", List.of("linux/s390x"), "app"));

    assertThat(outcome.err()).contains("Containerfile:2").contains("is built for " + OWN);
    assertThat(
            actor.anyarch("run", "--platform", OWN, "oci:result", "/bin/cat", "/machine").status())
        .isZero();
  }

  @Test
  void moreLayersThanAPageOfMountOptionsTakes() throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder("FROM oci:../base\n");
    for (int i = 0; i < 150; i++) {
      text.append("WORKDIR /w").append(i).append('\n');
    }
    succeeds(text + "RUN test -d /w0 && test -d /w149\n");
  }
}
