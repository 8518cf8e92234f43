package org.anyarch.registry;

import static org.anyarch.registry.FaultyRegistry.endless;
import static org.anyarch.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.MediaType;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RegistryManifestTest extends RegistryFixture {
  /// With spaces and an order that no writer of ours has.
  private static final String DOCUMENT =
      "{ \"layers\" : [ ],\n  \"schemaVersion\" : 2, \"config\" : { } }";

  private static final byte[] BYTES = DOCUMENT.getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.ofSha256(BYTES);
  private static final String BY_TAG = "GET /v2/a/b/manifests/1";
  private static final String BY_DIGEST = "GET /v2/a/b/manifests/" + DIGEST;

  private RegistryClient client;

  @BeforeEach
  void connect() throws IOException {
    client = client();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private RegistryException failure(String rest) throws RegistryException {
    RegistryReference image = image(rest);
    Throwable failure =
        org.assertj.core.api.Assertions.catchThrowable(() -> client.manifest(image));
    assertThat(failure)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(image.toString());
    return (RegistryException) failure;
  }

  @Test
  void aManifestKeepsItsBytes() throws IOException, InterruptedException {
    registry.on(BY_TAG, manifest(DOCUMENT));
    registry.on(BY_DIGEST, manifest(DOCUMENT));

    RawManifest byTag = client.manifest(image("a/b:1"));

    assertThat(byTag.bytes()).isEqualTo(BYTES);
    assertThat(byTag.digest()).isEqualTo(DIGEST);
    assertThat(byTag.mediaType()).isEqualTo(MediaType.MANIFEST);
    assertThat(client.manifest(image("a/b:1@" + DIGEST))).isEqualTo(byTag);
    assertThat(registry.seen().getFirst().header("Accept"))
        .contains(
            MediaType.INDEX, MediaType.MANIFEST, MediaType.DOCKER_INDEX, MediaType.DOCKER_MANIFEST);
  }

  @Test
  void anotherDigestThanTheWantedIsRefused() throws IOException {
    registry.on(BY_DIGEST, status(200, DOCUMENT + " ", "Content-Type", MediaType.MANIFEST));

    assertThat(failure("a/b@" + DIGEST).reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void theRegistrysOwnWordDoesNotReplaceTheWantedDigest() throws IOException {
    byte[] lie = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    registry.on(
        BY_DIGEST,
        status(
            200,
            "{\"schemaVersion\":2}",
            "Docker-Content-Digest",
            Digest.ofSha256(lie).toString()));

    assertThat(failure("a/b@" + DIGEST).reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void whatIsNotWhatTheRegistrySaysIsRefused() throws IOException {
    registry.on(BY_TAG, status(200, DOCUMENT + "\n", "Docker-Content-Digest", DIGEST.toString()));

    assertThat(failure("a/b:1").reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void twoMediaTypesAreTwoImages() throws IOException {
    registry.on(
        BY_TAG,
        status(
            200,
            "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.INDEX + "\"}",
            "Content-Type",
            MediaType.MANIFEST));

    assertThat(failure("a/b:1").reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void theDocumentSaysWhatAServerDoesNotKnow() throws IOException, InterruptedException {
    registry.on(
        BY_TAG,
        status(
            200,
            "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_INDEX + "\"}",
            "Content-Type",
            "application/json; charset=utf-8"),
        status(200, "{\"schemaVersion\":2,\"manifests\":[]}"));

    assertThat(client.manifest(image("a/b:1")).mediaType()).isEqualTo(MediaType.DOCKER_INDEX);
    assertThat(client.manifest(image("a/b:1")).mediaType()).isEqualTo(MediaType.INDEX);
  }

  @Test
  void aManifestHasABound() throws IOException {
    registry.on(BY_TAG, endless());

    assertThat(failure("a/b:1")).hasMessageContaining("larger than");
  }

  @Test
  void aPageForBrowsersIsNoManifest() throws IOException {
    registry.on(BY_TAG, status(200, "<html>Log in</html>", "Content-Type", "text/html"));

    assertThat(failure("a/b:1").reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void whatPassesIsWaitedForAsTheRegistryWishes() throws IOException, InterruptedException {
    registry.on(
        BY_TAG,
        status(429, "", "Retry-After", "11"),
        status(503, "", "Retry-After", "Thu, 01 Jan 2026 00:00:42 GMT"),
        FaultyRegistry.cut(BYTES, 5),
        manifest(DOCUMENT));

    client.manifest(image("a/b:1"));

    assertThat(pauses.subList(0, 2))
        .containsExactly(Duration.ofSeconds(11), Duration.ofSeconds(42));
    assertThat(pauses).hasSize(3);
  }

  @Test
  void whoShallWaitForHoursIsToldSo() throws IOException {
    registry.on(
        BY_TAG,
        status(
            429,
            "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"limit\"}]}",
            "Retry-After",
            "21600"));

    RegistryException failure = failure("a/b:1");

    assertThat(failure.reason()).isEqualTo(Reason.TOO_MANY_REQUESTS);
    assertThat(failure)
        .hasMessageContaining("TOOMANYREQUESTS")
        .hasMessageContaining("21600")
        .hasMessageContaining("podman login");
    assertThat(pauses).isEmpty();
  }

  @Test
  void whatIsAlwaysOutOfOrderIsLeft() throws IOException {
    registry.on(BY_TAG, status(500));

    assertThat(failure("a/b:1").reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(registry.seen()).hasSize(Requests.ATTEMPTS);
  }

  @Test
  void messagesDoNotSteerTerminals() throws IOException {
    registry.on(
        BY_TAG, status(404, "{\"errors\":[{\"code\":\"X\",\"message\":\"\\u001b[2J\\nno\"}]}"));

    assertThat(failure("a/b:1").getMessage()).doesNotContain("\033").doesNotContain("\n");
  }

  @Test
  void aTagIsResolvedWithoutItsContent() throws IOException, InterruptedException {
    registry.on("HEAD /v2/a/b/manifests/1", manifest(DOCUMENT));

    assertThat(client.resolve(image("a/b:1")))
        .isEqualTo(Descriptor.of(MediaType.MANIFEST, DIGEST, BYTES.length));
    assertThat(client.has(image("a/b:1"))).isTrue();
    assertThat(client.has(image("a/b:2"))).isFalse();
    assertThat(registry.seen()).allSatisfy(s -> assertThat(s.method()).isEqualTo("HEAD"));
  }

  @Test
  void whereThatSaysTooLittleTheContentDoes() throws IOException, InterruptedException {
    registry.on("HEAD /v2/a/b/manifests/1", status(200, DOCUMENT));
    registry.on(BY_TAG, status(200, DOCUMENT));

    assertThat(client.resolve(image("a/b:1")).digest()).isEqualTo(DIGEST);
  }

  @Test
  void aMirrorIsAskedFirstAndItsFailureIsNoEnd() throws IOException, InterruptedException {
    write(
        "etc/containers/registries.conf",
        "[[registry]]\nlocation = '"
            + registry.host()
            + "'\n[[registry.mirror]]\nlocation = '"
            + other.host()
            + "/cache'\n");
    registry.on(BY_TAG, manifest(DOCUMENT));
    other.on("GET /v2/cache/a/b/manifests/1", manifest(DOCUMENT), status(500));

    try (RegistryClient mirrored = client()) {
      mirrored.manifest(image("a/b:1"));
      assertThat(registry.seen()).isEmpty();
      mirrored.manifest(image("a/b:1"));
      assertThat(registry.seen()).hasSize(1);
      registry.on(BY_TAG, status(404));
      assertThatThrownBy(() -> mirrored.manifest(image("a/b:1")))
          .hasMessageContaining(other.host())
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }
  }

  @Test
  void aBlockedRegistryIsNotAsked() throws IOException {
    write(
        "etc/containers/registries.conf",
        "[[registry]]\nprefix = '" + registry.host() + "/a'\nblocked = true\n");

    try (RegistryClient blocked = client()) {
      assertThatThrownBy(() -> blocked.manifest(image("a/b:1")))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BLOCKED))
          .hasMessageContaining("registries.conf");
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void aManifestIsPutAsItIs() throws IOException, InterruptedException {
    registry.on(
        "PUT /v2/a/b/manifests/1", status(201, "", "Docker-Content-Digest", DIGEST.toString()));
    registry.on("PUT /v2/a/b/manifests/" + DIGEST, status(201));
    RawManifest manifest = RawManifest.of(MediaType.MANIFEST, BYTES);

    client.put(image("a/b:1"), manifest);
    client.put(image("a/b@" + DIGEST), manifest);

    assertThat(registry.seen())
        .hasSize(2)
        .allSatisfy(
            s -> {
              assertThat(s.body()).isEqualTo(BYTES);
              assertThat(s.header("Content-Type")).isEqualTo(MediaType.MANIFEST);
            });
    assertThatThrownBy(
            () ->
                client.put(image("a/b@" + DIGEST), RawManifest.of(MediaType.MANIFEST, new byte[1])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRegistryThatGotAnotherManifestIsNotBelieved() throws IOException {
    registry.on(
        "PUT /v2/a/b/manifests/1",
        status(201, "", "Docker-Content-Digest", Digest.ofSha256(new byte[0]).toString()));

    assertThatThrownBy(() -> client.put(image("a/b:1"), RawManifest.of(MediaType.MANIFEST, BYTES)))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT));
  }
}
