package org.anyarch.registry;

import static org.anyarch.registry.FaultyRegistry.bytes;
import static org.anyarch.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RegistryUploadTest extends RegistryFixture {
  private static final String BEGIN = "POST /v2/a/b/blobs/uploads/";

  private final byte[] content = content(200_000);
  private final Descriptor blob = blob(content);
  private final AtomicLong progress = new AtomicLong();
  private Path file;
  private RegistryClient client;

  @BeforeEach
  void connect() throws IOException {
    file = Files.write(folder.resolve("blob"), content);
    client = client();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private void upload() throws IOException, InterruptedException {
    client.upload(image("a/b"), blob, file, progress::addAndGet);
  }

  @Test
  void aBlobIsSentWholeToWhereTheRegistrySays() throws IOException, InterruptedException {
    registry.on(BEGIN, status(202, "", "Location", "/up/1?_state=x%3Dy"));
    registry.on("PUT /up/1", status(201));

    upload();

    FaultyRegistry.Seen put = registry.seen().getLast();
    assertThat(put.uri()).isEqualTo("/up/1?_state=x%3Dy&digest=" + blob.digest());
    assertThat(put.body()).isEqualTo(content);
    assertThat(put.header("Content-Length")).isEqualTo(String.valueOf(content.length));
    assertThat(progress).hasValue(content.length);
  }

  @Test
  void anEmptyBlobIsSent() throws IOException, InterruptedException {
    registry.on(BEGIN, status(202, "", "Location", "/up/1"));
    registry.on("PUT /up/1", status(201));
    Path empty = Files.createFile(folder.resolve("empty"));

    client.upload(image("a/b"), blob(new byte[0]), empty, progress::addAndGet);

    assertThat(registry.seen().getLast().body()).isEmpty();
  }

  @Test
  void whatFailsBeginsAnew() throws IOException, InterruptedException {
    registry.on(
        BEGIN,
        status(202, "", "Location", "/up/1"),
        status(503),
        status(202, "", "Location", "/up/2"),
        status(202, "", "Location", "/up/3"));
    registry.on("PUT /up/1", status(500));
    registry.on("PUT /up/2", status(404));
    registry.on("PUT /up/3", status(201));

    upload();

    assertThat(registry.seen().getLast().body()).isEqualTo(content);
    assertThat(progress).hasValue(content.length);
    assertThat(pauses).hasSize(3);
  }

  @Test
  void theAuthorizationStaysAtTheRegistry() throws IOException, InterruptedException {
    login(registry.host(), "user:secret");
    registry.on(
        BEGIN,
        exchange ->
            (exchange.getRequestHeaders().containsKey("Authorization")
                    ? status(202, "", "Location", other.url("/up"))
                    : status(401, "", "WWW-Authenticate", "Basic realm=\"x\""))
                .to(exchange));
    other.on("PUT /up", status(201));

    upload();

    assertThat(other.seen()).hasSize(1);
    assertThat(other.seen().getFirst().header("Authorization")).isEmpty();
  }

  @Test
  void nothingIsSentWithoutTls() throws IOException {
    registry.on(BEGIN, status(202, "", "Location", "http://127.0.0.1:1/up"));

    assertThatThrownBy(this::upload)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("has no TLS");
  }

  @Test
  void aRegistryThatGotSomethingElseIsNotBelieved() throws IOException {
    registry.on(BEGIN, status(202, "", "Location", "/up/1"));
    registry.on(
        "PUT /up/1",
        status(201, "", "Docker-Content-Digest", Digest.ofSha256(new byte[0]).toString()));

    assertThatThrownBy(this::upload)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT));
  }

  @Test
  void whatTheRegistryRefusesIsTold() throws IOException {
    registry.on(BEGIN, status(202, "", "Location", "/up/1"));
    registry.on(
        "PUT /up/1",
        status(400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"no\"}]}"));

    assertThatThrownBy(this::upload)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("DIGEST_INVALID")
        .hasMessageContaining(blob.digest().toString())
        .hasMessageContaining(registry.host() + "/a/b");
    assertThat(pauses).isEmpty();
  }

  @Test
  void aFileOfAnotherSizeIsNotSent() throws IOException {
    Files.write(file, new byte[5]);

    assertThatThrownBy(this::upload)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 bytes");
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void whatIsThereInItsLengthIsThere() throws IOException, InterruptedException {
    registry.on(
        "HEAD /v2/a/b/blobs/" + blob.digest(), bytes(200, content), bytes(200, new byte[7]));

    assertThat(client.mountOrHas(image("a/b"), blob, null)).isTrue();
    assertThat(client.mountOrHas(image("a/b"), blob, null)).isFalse();
  }

  @Test
  void whatAnotherRepositoryHasIsTakenOver() throws IOException, InterruptedException {
    registry.on(BEGIN, status(201));

    assertThat(client.mountOrHas(image("a/b"), blob, image("c/d:1"))).isTrue();
    assertThat(registry.seen().getLast().uri())
        .isEqualTo("/v2/a/b/blobs/uploads/?mount=" + blob.digest() + "&from=c/d");
  }

  @Test
  void aRegistryThatCannotIsNotLeftWaiting() throws IOException, InterruptedException {
    registry.on(BEGIN, status(202, "", "Location", "/up/1"));
    registry.on("DELETE /up/1", status(204));

    assertThat(client.mountOrHas(image("a/b"), blob, image("c/d"))).isFalse();
    assertThat(registry.seen().getLast()).hasToString("DELETE /up/1");
  }

  @Test
  void whoMayNotTakeItOverMayStillUpload() throws IOException, InterruptedException {
    registry.on(BEGIN, status(403));

    assertThat(client.mountOrHas(image("a/b"), blob, image("c/d"))).isFalse();
  }

  @Test
  void nothingIsTakenOverFromAnotherRegistry() throws IOException, InterruptedException {
    RegistryReference elsewhere = RegistryReference.parse(other.host() + "/c/d");

    assertThat(client.mountOrHas(image("a/b"), blob, elsewhere)).isFalse();
    assertThat(registry.seen()).hasSize(1);
    assertThat(other.seen()).isEmpty();
  }
}
