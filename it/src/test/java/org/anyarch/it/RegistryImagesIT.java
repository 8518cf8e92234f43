package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.anyarch.oci.Digest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Images go to a real registry and come from it. Needs docker-registry and openssl.
final class RegistryImagesIT {
  private static Registry registry;

  @BeforeAll
  static void start() throws IOException {
    registry = Registry.in(Machine.root().folder().resolve("registry"));
  }

  @AfterAll
  static void stop() throws IOException {
    registry.close();
  }

  /// An actor that the registry knows, with a context whose image has a file.
  private static Actor known(Actor actor, String content) throws IOException {
    registry.trust(actor);
    registry.logIn(actor);
    actor.write("app/Containerfile", "FROM scratch\nCOPY file /\n");
    actor.write("app/file", content);
    return actor;
  }

  private static Outcome push(Actor actor, String name) throws IOException, InterruptedException {
    return actor.anyarch(
        "build",
        "-q",
        "--platform=linux/amd64,linux/arm64",
        "-o",
        "registry:" + registry.host() + "/" + name,
        "app");
  }

  @ParameterizedTest
  @MethodSource("org.anyarch.it.Machine#actors")
  void whatIsPushedIsWhatOthersAndBuildsGet(Actor actor) throws IOException, InterruptedException {
    String name = (actor.isRoot() ? "root" : "user") + "/app:1";
    known(actor, "of " + actor);

    String digest = Images.succeed(push(actor, name)).out().strip();

    assertThat(Digest.ofSha256(registry.raw(name).getBytes(StandardCharsets.UTF_8)).toString())
        .isEqualTo(digest);
    actor.write("next/Containerfile", "FROM " + registry.host() + "/" + name + "\nCOPY other /\n");
    actor.write("next/other", "more");
    Images.succeed(
        actor.anyarch(
            Map.of("ANYARCH_HOME", actor.folder().resolve("fresh").toString()),
            "",
            "build",
            "-q",
            "--platform=linux/amd64,linux/arm64",
            "--metadata-file=made.json",
            "-o",
            "oci:out",
            "next"));
    assertThat(Files.readString(actor.folder().resolve("made.json")))
        .contains("\"" + registry.host() + "/" + name + "\" : \"" + digest + "\"");
    assertThat(Images.file(actor, "out", "file")).isEqualTo("of " + actor);
  }

  @Test
  void whatTheRegistryHasDoesNotTravelAgain() throws IOException, InterruptedException {
    Actor actor = known(Machine.root(), "once");
    String first = Images.succeed(push(actor, "twice/app:1")).out();
    long before = registry.requests("PUT /v2/twice/app/blobs/");

    assertThat(before).isPositive();
    assertThat(Images.succeed(push(actor, "twice/app:2")).out()).isEqualTo(first);
    assertThat(registry.requests("PUT /v2/twice/app/blobs/")).isEqualTo(before);
  }

  @Test
  void withoutCredentialsItSaysHowToLogIn() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    registry.trust(actor);
    actor.write("app/Containerfile", "FROM " + registry.host() + "/none:1\n");

    Outcome outcome = actor.anyarch("build", "-q", "-o", "oci:out", "app");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .hasLineCount(1)
        .contains(registry.host() + "/none:1", "401", "podman login " + registry.host());
  }

  @Test
  void aStrangersCertificateIsNotTrusted() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    registry.logIn(actor);
    actor.write("app/Containerfile", "FROM " + registry.host() + "/none:1\n");

    Outcome outcome = actor.anyarch("build", "-q", "-o", "oci:out", "app");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("not trusted", "ca.crt");
    assertThat(actor.anyarch("build", "-q", "--tls-verify=false", "-o", "oci:out", "app").err())
        .doesNotContain("not trusted")
        .contains("no", registry.host() + "/none:1");
  }

  @Test
  void whatWasPulledServesWithoutTheRegistry() throws IOException, InterruptedException {
    Actor actor = known(Machine.root(), "kept");
    String from;
    try (Registry own = Registry.in(actor.folder().resolve("own"))) {
      own.trust(actor);
      own.logIn(actor);
      from = own.host() + "/kept:1";
      Images.succeed(actor.anyarch("build", "-q", "-o", "registry:" + from, "app"));
      actor.write("next/Containerfile", "FROM " + from + "\nCOPY file /again\n");
      actor.write("next/file", "x");
      assertThat(actor.anyarch("build", "-q", "--pull=never", "-o", "oci:out", "next").err())
          .contains(from, "not pulled before");
      Images.succeed(actor.anyarch("build", "-q", "-o", "oci:out", "next"));
    }

    Outcome outcome = actor.anyarch("build", "--progress=plain", "-o", "oci:out", "next");
    assertThat(Images.succeed(outcome).err()).contains("what was pulled before serves");
    Images.succeed(actor.anyarch("build", "-q", "--pull=never", "-o", "oci:out", "next"));
    assertThat(actor.anyarch("cache", "du").out()).contains("image");
  }

  /// Who has no network waits for nothing, and each stage asks for the same image.
  @Test
  void anUnknownHostIsNamedAndNotAskedAgainAndAgain() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    actor.write("app/Containerfile", "FROM nowhere.invalid/x AS a\nFROM nowhere.invalid/x\n");

    Outcome outcome = actor.anyarch("build", "-q", "-o", "oci:out", "app");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .hasLineCount(1)
        .contains("nowhere.invalid/x", "cannot be resolved", "https_proxy")
        .doesNotContain("attempts");
  }

  @Test
  void anInterruptEndsTheWaitingForARegistry() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      actor.write("app/Containerfile", "FROM localhost:" + silent.getLocalPort() + "/x\n");
      ProcessBuilder build =
          new ProcessBuilder(actor.command(Map.of(), "build", "-q", "-o", "oci:out", "app"))
              .directory(actor.folder().toFile())
              .redirectErrorStream(true);
      build.environment().putAll(actor.environment(Map.of()));
      Process process = build.start();
      try (Socket asked = silent.accept()) {
        assertThat(asked.isConnected()).isTrue();
        // SIGINT is ignored where a shell started the tests in the background.
        Processes.must(actor.folder(), "kill", "-TERM", String.valueOf(process.pid()));

        assertThat(process.waitFor()).isEqualTo(143);
      }
      assertThat(actor.left("work")).isEmpty();
    }
  }
}
