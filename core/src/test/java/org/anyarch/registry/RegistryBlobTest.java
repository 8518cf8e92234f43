package org.anyarch.registry;

import static org.anyarch.registry.FaultyRegistry.bytes;
import static org.anyarch.registry.FaultyRegistry.chunked;
import static org.anyarch.registry.FaultyRegistry.cut;
import static org.anyarch.registry.FaultyRegistry.endless;
import static org.anyarch.registry.FaultyRegistry.ranges;
import static org.anyarch.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.anyarch.oci.Descriptor;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a registry does, a file that appears is the blob.
final class RegistryBlobTest extends RegistryFixture {
  private final byte[] content = content(300_000);
  private final Descriptor blob = blob(content);
  private final AtomicLong progress = new AtomicLong();
  private Path work;
  private Path into;

  @BeforeEach
  void room() throws IOException {
    work = Files.createDirectory(folder.resolve("work"));
    into = work.resolve("blob");
  }

  private void fetch() throws IOException, InterruptedException {
    fetch(blob);
  }

  private void fetch(Descriptor wanted) throws IOException, InterruptedException {
    try (RegistryClient client = client()) {
      client.blob(image("a/b"), wanted, into, progress::addAndGet);
    }
  }

  private void serve(FaultyRegistry.Reply... replies) {
    registry.on("GET /v2/a/b/blobs/" + blob.digest(), replies);
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      assertThat(files).isEmpty();
    }
  }

  private void assertRefused(Reason reason) throws IOException {
    assertThatThrownBy(this::fetch)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(blob.digest().toString())
        .hasMessageContaining(registry.host() + "/a/b");
    assertNothingIsLeft();
  }

  @Test
  void aBlobComesWhole() throws IOException, InterruptedException {
    serve(bytes(200, content));

    fetch();

    assertThat(into).hasBinaryContent(content);
    assertThat(progress).hasValue(content.length);
  }

  @Test
  void aBlobComesInChunks() throws IOException, InterruptedException {
    byte[] small = content(500);
    registry.on("GET /v2/a/b/blobs/" + blob(small).digest(), chunked(small));

    fetch(blob(small));

    assertThat(into).hasBinaryContent(small);
  }

  @Test
  void anEmptyBlobComes() throws IOException, InterruptedException {
    byte[] empty = new byte[0];
    registry.on("GET /v2/a/b/blobs/" + blob(empty).digest(), bytes(200, empty));

    fetch(blob(empty));

    assertThat(into).hasBinaryContent(empty);
  }

  @Test
  void whatBreaksOffIsContinued() throws IOException, InterruptedException {
    serve(cut(content, 100_000), ranges(content));

    fetch();

    assertThat(into).hasBinaryContent(content);
    assertThat(progress).hasValue(content.length);
    String range = registry.seen().getLast().header("Range");
    assertThat(range).matches("bytes=[1-9][0-9]*-");
  }

  @Test
  void whoCannotContinueBeginsAgain() throws IOException, InterruptedException {
    serve(cut(content, 100_000), bytes(200, content));

    fetch();

    assertThat(into).hasBinaryContent(content);
    assertThat(progress).hasValue(content.length);
  }

  @Test
  void anotherRangeThanTheWantedIsNotTaken() throws IOException, InterruptedException {
    serve(
        cut(content, 100_000),
        bytes(
            206,
            Arrays.copyOfRange(content, 5, content.length),
            "Content-Range",
            "bytes 5-" + (content.length - 1) + "/" + content.length),
        bytes(200, content));

    fetch();

    assertThat(into).hasBinaryContent(content);
  }

  @Test
  void partsOfTwoBlobsAreNoBlobButTheNextAttemptMayBe() throws IOException, InterruptedException {
    byte[] lie = content.clone();
    lie[10] ^= 1;
    serve(cut(lie, 100_000), ranges(content), bytes(200, content));

    fetch();

    assertThat(into).hasBinaryContent(content);
  }

  @Test
  void aRangeThatIsRefusedIsNoEnd() throws IOException, InterruptedException {
    serve(cut(content, 100_000), status(416), bytes(200, content));

    fetch();

    assertThat(into).hasBinaryContent(content);
  }

  @Test
  void otherContentIsRefused() throws IOException {
    byte[] lie = content.clone();
    lie[content.length - 1] ^= 1;
    serve(bytes(200, lie));

    assertRefused(Reason.WRONG_CONTENT);
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void lessIsRefused() throws IOException {
    serve(bytes(200, Arrays.copyOf(content, content.length - 1)));

    assertRefused(Reason.WRONG_CONTENT);
  }

  @Test
  void moreIsRefused() throws IOException {
    serve(bytes(200, Arrays.copyOf(content, content.length + 1)));

    assertRefused(Reason.WRONG_CONTENT);
  }

  @Test
  void lessWithoutALengthIsAskedForAgainButNotWithoutEnd() throws IOException {
    byte[] small = content(200);
    registry.on("GET /v2/a/b/blobs/" + blob(small).digest(), chunked(Arrays.copyOf(small, 100)));

    assertThatThrownBy(() -> fetch(blob(small)))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("of 200 bytes");
    assertNothingIsLeft();
    assertThat(pauses).hasSize(Requests.ATTEMPTS - 1);
  }

  @Test
  void whatNeverEndsIsLeft() throws IOException {
    serve(endless());

    assertRefused(Reason.WRONG_CONTENT);
  }

  @Test
  void aConnectionThatAlwaysBreaksIsLeft() throws IOException {
    serve(cut(content, 0));

    assertRefused(Reason.UNREACHABLE);
    assertThat(registry.seen()).hasSize(Requests.ATTEMPTS);
  }

  @Test
  void whatBringsSomethingEachTimeIsNotLeft() throws IOException, InterruptedException {
    byte[] large = content(20 << 20);
    registry.on(
        "GET /v2/a/b/blobs/" + blob(large).digest(),
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          int from =
              range == null
                  ? 0
                  : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
          if (from > 0) {
            exchange
                .getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (large.length - 1) + "/*");
          }
          exchange.sendResponseHeaders(from > 0 ? 206 : 200, large.length - from);
          int count = Math.min(large.length - from, 2 << 20);
          exchange.getResponseBody().write(large, from, count);
          exchange.getResponseBody().flush();
        });

    fetch(blob(large));

    assertThat(into).hasBinaryContent(large);
    assertThat(progress).hasValue(large.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void whatPassesIsAskedForAgain(int status) throws IOException, InterruptedException {
    serve(status(status), status(status), bytes(200, content));

    fetch();

    assertThat(into).hasBinaryContent(content);
    assertThat(pauses).hasSize(2);
    assertThat(pauses.get(1)).isGreaterThan(pauses.get(0).dividedBy(2));
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    serve(status(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"not here\"}]}"));

    assertRefused(Reason.NOT_FOUND);
    assertThat(pauses).isEmpty();
  }

  @Test
  void whoSaysNothingMoreIsLeft() throws IOException {
    serve(registry.stalled(content, 1000, new CountDownLatch(1)));

    assertThatThrownBy(
            () -> {
              try (RegistryClient client = client(Duration.ofMillis(200))) {
                client.blob(image("a/b"), blob, into, _ -> {});
              }
            })
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    assertNothingIsLeft();
  }

  @Test
  void whoNeverAnswersIsLeft() throws IOException {
    serve(registry.silent(new CountDownLatch(1)));

    assertThatThrownBy(
            () -> {
              try (RegistryClient client = client(Duration.ofMillis(200))) {
                client.blob(image("a/b"), blob, into, _ -> {});
              }
            })
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptEndsIt(boolean withinTheBody) throws IOException, InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    serve(withinTheBody ? registry.stalled(content, 70_000, begun) : registry.silent(begun));
    AtomicReference<Throwable> ended = new AtomicReference<>();
    Thread fetching =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    fetch();
                  } catch (IOException | InterruptedException e) {
                    ended.set(e);
                  }
                });
    begun.await();
    fetching.interrupt();
    fetching.join();

    assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    assertNothingIsLeft();
  }

  @Test
  void whatWasThereStaysWhenItFails() throws IOException {
    Files.writeString(into, "before");
    serve(status(404));

    assertThatThrownBy(this::fetch).isInstanceOf(RegistryException.class);
    assertThat(into).hasContent("before");
  }
}
