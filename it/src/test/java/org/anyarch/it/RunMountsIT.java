package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// What RUN's flags and the options for them show a step, natively and emulated. Steps look and
/// fail the build.
final class RunMountsIT extends AppTests {
  private static final String SECRET = "sw0rdf1sh-of-the-test";

  /// busybox knows no sockets of files. Prints what the one it is told of says.
  private static final String CLIENT =
      """
      #include <string.h>
      #include <sys/socket.h>
      #include <sys/un.h>
      #include <unistd.h>
      int main(int argc, char **argv)
      {
        struct sockaddr_un to = { .sun_family = AF_UNIX };
        char text[64];
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        strncpy(to.sun_path, argv[1], sizeof to.sun_path - 1);
        if (connect(fd, (struct sockaddr *)&to, sizeof to))
          return 1;
        ssize_t size = read(fd, text, sizeof text);
        return size < 0 || write(1, text, size) != size;
      }
      """;

  RunMountsIT() {
    super(List.of(OWN, "linux/s390x"));
  }

  @Test
  void bindMountsShowContextStagesAndImagesAndLeaveNoTrace()
      throws IOException, InterruptedException {
    actor.write("app/seen/file", "x");
    actor.write("app/hidden", "x");
    actor.write("app/.dockerignore", "hidden\n");
    succeeds(
        """
        FROM oci:../base AS other
        RUN mkdir /o && echo from-stage > /o/f && ln -s f /o/link && chown 5:6 /o/f
        FROM oci:../base
        ENV WHERE=/context
        WORKDIR /w
        RUN --mount=target=$WHERE test -e /context/seen/file && test ! -e /context/hidden \\
          && test "$(stat -c %u:%g /context/seen/file)" = 0:0 && ! touch /context/new
        RUN --mount=source=seen/file,target=/deep/place/file,rw echo more >> /deep/place/file && grep more /deep/place/file
        RUN --mount=source=seen/file,target=/deep/place/file ! grep more /deep/place/file
        RUN --mount=from=other,source=/o/link,target=here grep from-stage /w/here && test "$(stat -c %u /w/here)" = 5
        RUN --mount=from=oci:../base,target=/image test -x /image/bin/sh
        RUN test ! -e /deep && test ! -e /context && test ! -e /image && test ! -e /w/here
        """);
  }

  @Test
  void whatABindNamesAndIsNotThereIsSaid() throws IOException, InterruptedException {
    Outcome outcome = build("FROM oci:../base\nRUN --mount=source=no/such,target=/x true\n");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("Containerfile:2:13").contains("no/such");
  }

  @Test
  void cachesOutliveBuildsAndBeginWithWhatTheyAreGiven() throws IOException, InterruptedException {
    // One file for all builds: writing another would give all of the actor's files to the actor.
    actor.write(
        "app/Containerfile",
        """
        FROM oci:../base AS other
        RUN mkdir /o && echo seed > /o/f && chown 5:6 /o/f
        FROM oci:../base
        ARG TARGETARCH NUMBER
        RUN --mount=type=cache,id=own-$TARGETARCH,target=/c,uid=7,mode=0711 \\
          test "$(stat -c %u-%a /c)" = 7-711 && echo run >> /c/runs && test "$(wc -l < /c/runs)" = $NUMBER
        RUN --mount=type=cache,target=/seeded,from=other,source=/o test "$(stat -c %u:%g /seeded/f)" = 5:6
        RUN test ! -e /c && test ! -e /seeded
        """);
    for (String number : List.of("1", "2")) {
      Images.succeed(
          Images.build(actor, "result", platforms, "app", "--build-arg", "NUMBER=" + number));
    }

    Images.succeed(actor.anyarch("cache", "prune"));
    Images.succeed(Images.build(actor, "result", platforms, "app", "--build-arg", "NUMBER=1"));
  }

  /// Else the unmount behind each step would wait for all that the machine has to write.
  @Test
  void noStepWaitsForTheDisk() throws IOException, InterruptedException {
    succeeds("FROM oci:../base\nRUN grep -q ' / overlay .*volatile' /proc/mounts\n");
  }

  @Test
  void memoryAndItsSize() throws IOException, InterruptedException {
    succeeds(
        """
        FROM oci:../base
        RUN --mount=type=tmpfs,target=/t,size=1m ! dd if=/dev/zero of=/t/big bs=1024 count=2048
        RUN test ! -e /t && test "$(df -k /dev/shm | tail -n1 | tr -s ' ' | cut -d' ' -f2)" = 8192
        """,
        "--shm-size",
        "8m");
  }

  @Test
  void secretsAreSeenByTheirStepsAndNowhereElse() throws IOException, InterruptedException {
    actor.write("secret", SECRET);
    actor.give(actor.folder());
    Outcome outcome =
        Images.succeed(
            build(
                """
                FROM oci:../base
                RUN --mount=type=secret,id=a test "$(stat -c %u-%a /run/secrets/a)" = 0-400 && test "$(wc -c < /run/secrets/a)" = LENGTH
                RUN --mount=type=secret,id=a,env=WORD test ${#WORD} = LENGTH && test ! -e /run/secrets
                USER 9
                RUN --mount=type=secret,id=b,target=/x/y,uid=9,mode=0440 test ${#NOT} = 0 && test "$(wc -c < /x/y)" = LENGTH
                USER 0
                RUN --mount=type=secret,id=absent test ! -e /run/secrets/absent && test ! -e /x
                """
                    .replace("LENGTH", String.valueOf(SECRET.length())),
                "--secret",
                "id=a,src=secret",
                "--secret",
                "id=b,type=file,source=secret"));

    assertThat(outcome.toString()).doesNotContain(SECRET);
    assertThat(filesWithTheSecret(actor.folder().resolve("result"))).isEmpty();
    assertThat(filesWithTheSecret(actor.home())).isEmpty();
    Outcome missing = build("FROM oci:../base\nRUN --mount=type=secret,id=absent,required true\n");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("Containerfile:2:13").contains("--secret id=absent");
  }

  /// Looks into compressed files too.
  private static List<Path> filesWithTheSecret(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b) {
          try (GZIPInputStream content = new GZIPInputStream(Files.newInputStream(path))) {
            bytes = content.readAllBytes();
          }
        }
        if (new String(bytes, StandardCharsets.ISO_8859_1).contains(SECRET)) {
          found.add(path);
        }
      }
    }
    return found;
  }

  /// A server that answers every connection with one word stands for the agent.
  @Test
  void anAgentIsReachedByAnyUserOfTheStep() throws IOException, InterruptedException {
    actor.write("client.c", CLIENT);
    actor.write("app/empty", "");
    Processes.must(actor.folder(), "cc", "-static", "-o", "app/client", "client.c");
    actor.give(actor.folder());
    Path socket = actor.folder().resolve("agent.sock");
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(socket));
      actor.give(socket);
      Thread.ofPlatform().daemon().start(() -> answer(agent));

      actor.write(
          "app/Containerfile",
          """
          FROM oci:../base
          USER 9
          RUN --mount=type=ssh,uid=9,required --mount=source=client,target=/client \\
            test -S "$SSH_AUTH_SOCK" && test "$(/client "$SSH_AUTH_SOCK")" = answered
          RUN test -z "$SSH_AUTH_SOCK" && test ! -e /run/buildkit
          """);
      Images.succeed(
          Images.build(actor, "result", List.of(OWN), "app", "--ssh", "default=agent.sock"));
    }
    actor.write("key", "x");
    Outcome key = build("FROM oci:../base\n", "--ssh", "default=key");
    assertThat(key.status()).isEqualTo(3);
    assertThat(key.err()).contains("ssh-add");
  }

  private static void answer(ServerSocketChannel agent) {
    while (agent.isOpen()) {
      try (SocketChannel caller = agent.accept()) {
        caller.write(ByteBuffer.wrap("answered\n".getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Test
  void networkHostsAndLimitsAreAsAsked() throws IOException, InterruptedException {
    succeeds(
        """
        FROM oci:../base
        RUN --network=none test "$(grep -c : /proc/net/dev)" = 1 && ping -c1 127.0.0.1
        RUN grep -P '^1.2.3.4\\tfoo$' /etc/hosts || grep '^1.2.3.4.foo$' /etc/hosts
        RUN grep '^127.0.0.1.gate$' /etc/hosts && test "$(ulimit -Sn)-$(ulimit -Hn)" = 100-200
        RUN grep -q '^Seccomp:.2' /proc/self/status && ! unshare -U true && chroot / true
        """,
        "--add-host",
        "foo:1.2.3.4",
        "--add-host",
        "gate:host-gateway",
        "--ulimit",
        "nofile=100:200");
    Outcome alone = build("FROM oci:../base\nRUN --network=host true\n", "--network", "none");
    assertThat(alone.status()).isEqualTo(1);
    assertThat(alone.err()).contains("--allow network.host");
    Outcome tooMuch = build("FROM oci:../base\n", "--ulimit", "nofile=999999999");
    assertThat(tooMuch.status()).isEqualTo(3);
  }

  @Test
  void insecureStepsAreAllowedByNameOnly() throws IOException, InterruptedException {
    String file = "FROM oci:../base\nRUN --security=insecure mount -t tmpfs none /mnt\n";

    Outcome refused = build(file);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("Containerfile:2:1").contains("--allow security.insecure");
    succeeds(file, "--allow", "security.insecure");
  }

  /// The steps of both builds append twice and would see each other's line between.
  @Test
  void aLockedCacheIsUsedByOneBuildAtATime() throws IOException, InterruptedException {
    List<Process> builds = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      actor.write(
          name + "/Containerfile",
          """
          FROM oci:../base
          ARG TARGETARCH
          RUN --mount=type=cache,id=l,target=/c,sharing=locked \\
            test ! -e /c/busy && echo NAME > /c/busy && i=0 && while [ $i -lt 2000 ]; do i=$((i+1)); done \\
            && test "$(cat /c/busy)" = NAME && rm /c/busy && echo NAME-$TARGETARCH >> /c/done
          """
              .replace("NAME", name));
      builds.add(started(name));
    }
    for (Process build : builds) {
      assertThat(build.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(build.exitValue()).isZero();
    }
    succeeds(
        "FROM oci:../base\nRUN --mount=type=cache,id=l,target=/c test $(wc -l < /c/done) = 4\n");
  }

  @Test
  void aKilledBuildLetsGoOfItsCache() throws IOException, InterruptedException {
    actor.write(
        "one/Containerfile",
        "FROM oci:../base\nRUN --mount=type=cache,id=k,target=/c,sharing=locked touch /c/there; sleep 100000\n");
    Process held = started("one");
    awaitFile(actor, "there");
    held.destroyForcibly().waitFor();

    succeeds(
        "FROM oci:../base\nRUN --mount=type=cache,id=k,target=/c,sharing=locked test -e /c/there\n");
  }

  /// Waits until a cache mount of the actor's has such a file.
  static void awaitFile(Actor actor, String name) throws IOException, InterruptedException {
    Path mounts = actor.home().resolve("mounts");
    await(
        () -> {
          if (!Files.isDirectory(mounts)) {
            return false;
          }
          try (Stream<Path> files = Files.walk(mounts)) {
            return files.anyMatch(path -> path.endsWith(name));
          } catch (UncheckedIOException changed) {
            // A file that was there when its folder was read is gone: look again.
            return false;
          }
        });
  }

  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  static void await(Condition condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsKeptNeedsNoRuntime() throws IOException, InterruptedException {
    succeeds("FROM oci:../base\nRUN true\n");
    Map<String, String> without = Map.of("ANYARCH_RUNTIME", "/no/such");
    String both = String.join(",", platforms);

    Outcome kept = actor.anyarch(without, "", "build", "--platform", both, "-o", "oci:kept", "app");
    Outcome anew =
        actor.anyarch(
            without, "", "build", "--no-cache", "--platform", both, "-o", "oci:new", "app");

    Images.succeed(kept);
    assertThat(anew.status()).isEqualTo(3);
    assertThat(anew.err()).contains("ANYARCH_RUNTIME names /no/such");
  }

  /// What root's session writes is nobody's in a session with another id map.
  @Test
  void anotherIdMapHasAnotherCache() throws IOException, InterruptedException {
    Actor root = Machine.root();
    Images.base(root, List.of(OWN));
    root.write(
        "app/Containerfile",
        """
        FROM oci:../base
        RUN --mount=type=cache,target=/c test ! -e /c/there && touch /c/there && chown 70000 /c/there
        """);
    Images.succeed(Images.build(root, "one", List.of(OWN), "app"));
    List<String> narrower = new ArrayList<>(List.of("unshare", "-U", "-r"));
    root.write(
        "app/Containerfile",
        """
        FROM oci:../base
        RUN --mount=type=cache,target=/c test ! -e /c/there && touch /c/here
        """);
    narrower.addAll(root.command(Map.of(), "build", "-o", "oci:two", "app"));

    Images.succeed(Processes.run(root.folder(), root.environment(Map.of()), "", narrower));
  }

  private Process started(String context) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                actor.command(
                    Map.of(),
                    "build",
                    "-q",
                    "--platform",
                    String.join(",", platforms),
                    "-o",
                    "oci:out-" + context,
                    context))
            .directory(actor.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(actor.folder().resolve(context + ".log").toFile());
    builder.environment().putAll(actor.environment(Map.of()));
    return builder.start();
  }
}
