package org.anyarch.registry;

import static org.anyarch.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Index;
import org.anyarch.oci.MediaType;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RegistryReferrersTest extends RegistryFixture {
  private static final Digest SUBJECT = Digest.ofSha256(new byte[] {1});
  private static final String LIST = "GET /v2/a/b/referrers/" + SUBJECT;
  private static final String TAG = "GET /v2/a/b/manifests/sha256-" + SUBJECT.hex();

  private RegistryClient client;

  @BeforeEach
  void connect() throws IOException {
    client = client();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static Descriptor entry(int number) {
    return Descriptor.of(MediaType.MANIFEST, Digest.ofSha256(new byte[] {(byte) number}), number);
  }

  private static String index(Descriptor... entries) {
    return new String(Index.of(List.of(entries)).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void allPagesAreRead() throws IOException, InterruptedException {
    registry.on(
        LIST,
        status(
            200, index(entry(2)), "Link", "</v2/a/b/referrers/" + SUBJECT + "?n=1>; rel=\"next\""),
        status(200, index(entry(3), entry(4))));

    assertThat(client.referrers(image("a/b"), SUBJECT))
        .containsExactly(entry(2), entry(3), entry(4));
    assertThat(registry.seen().getLast().uri()).endsWith("?n=1");
  }

  @Test
  void pagesEnd() throws IOException {
    registry.on(
        LIST, status(200, index(), "Link", "</v2/a/b/referrers/" + SUBJECT + ">; rel=\"next\""));

    assertThatThrownBy(() -> client.referrers(image("a/b"), SUBJECT))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
  }

  @Test
  void whereTheyAreNotListedATagHasThem() throws IOException, InterruptedException {
    assertThat(client.referrers(image("a/b"), SUBJECT)).isEmpty();

    registry.on(TAG, status(200, index(entry(2)), "Content-Type", MediaType.INDEX));

    assertThat(client.referrers(image("a/b"), SUBJECT)).containsExactly(entry(2));
  }

  @Test
  void whatIsNoIndexIsRefused() throws IOException {
    registry.on(LIST, status(200, "{\"schemaVersion\":2,\"config\":{}}"));

    assertThatThrownBy(() -> client.referrers(image("a/b"), SUBJECT))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT));
  }
}
