package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.Test;

/// Whom TLS trusts, and what goes without it.
final class RegistryTlsTest extends RegistryFixture {
  private static final String DOCUMENT = "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}";
  private static final String MANIFEST = "GET /v2/a/b/manifests/1";

  private void distrust(FaultyRegistry server) throws IOException {
    Files.delete(folder.resolve("etc/containers/certs.d/" + server.host() + "/ca.crt"));
  }

  private void assertFails(Reason reason, String words) throws IOException {
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(image("a/b:1")))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(words);
    }
  }

  private void assertWorks(RegistrySettings settings) throws IOException, InterruptedException {
    registry.on(MANIFEST, manifest(DOCUMENT));
    try (RegistryClient client =
        RegistryClient.of(settings, new Wire(settings, PATIENCE), backoff())) {
      assertThat(client.manifest(image("a/b:1")).bytes()).asString().isEqualTo(DOCUMENT);
    }
  }

  @Test
  void anUnknownCertificateIsRefusedAtOnce() throws IOException {
    distrust(registry);
    registry.on(MANIFEST, manifest(DOCUMENT));

    assertFails(Reason.UNTRUSTED, "/etc/containers/certs.d/" + registry.host());
    assertThat(registry.seen()).isEmpty();
    assertThat(pauses).isEmpty();
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws IOException {
    FaultyRegistry local = registry;
    String port = local.host().substring(local.host().indexOf(':'));
    write("etc/containers/certs.d/127.0.0.2" + port + "/ca.crt", certificate().certificate());

    try (RegistryClient client = client()) {
      assertThatThrownBy(
              () -> client.manifest(RegistryReference.parse("127.0.0.2" + port + "/a/b:1")))
          .isInstanceOf(RegistryException.class);
    }
    assertThat(local.seen()).isEmpty();
  }

  @Test
  void theSystemsAuthoritiesAreTrusted() throws IOException, InterruptedException {
    distrust(registry);
    write("etc/ssl/certs/ca-certificates.crt", certificate().certificate());

    assertWorks(settings());
  }

  @Test
  void dockersFolderAndTheUsersCount() throws IOException, InterruptedException {
    distrust(registry);
    Files.delete(folder.resolve("etc/containers/certs.d/" + registry.host()));
    write("etc/docker/certs.d/" + registry.host() + "/x.crt", certificate().certificate());
    assertWorks(settings());

    write("home/.config/containers/certs.d/" + registry.host() + "/x.crt", "");
    assertFails(Reason.UNTRUSTED, "certs.d");
  }

  @Test
  void anInsecureRegistryNeedsNoTrust() throws IOException, InterruptedException {
    distrust(registry);
    write(
        "home/.config/containers/registries.conf",
        "[[registry]]\nlocation = '" + registry.host() + "'\ninsecure = true\n");

    assertWorks(settings());
  }

  @Test
  void whoDoesNotVerifyNeedsNoTrust() throws IOException, InterruptedException {
    distrust(registry);

    assertWorks(settings().withoutTlsVerify());
  }

  @Test
  void anInsecureRegistryVouchesForNobodyElse() throws IOException {
    distrust(registry);
    distrust(other);
    write(
        "home/.config/containers/registries.conf",
        "[[registry]]\nlocation = '" + registry.host() + "'\ninsecure = true\n");
    registry.on(MANIFEST, FaultyRegistry.status(302, "", "Location", other.url("/storage")));

    assertFails(Reason.UNTRUSTED, "not trusted");
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void aClientsCertificateIsShown() throws IOException, InterruptedException {
    registry.close();
    registry = new FaultyRegistry(certificate().context(), true);
    trust(registry);
    registry.on(MANIFEST, manifest(DOCUMENT));
    String certs = "etc/containers/certs.d/" + registry.host();
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(image("a/b:1")))
          .isInstanceOf(RegistryException.class);
    }

    write(certs + "/mine.cert", certificate().certificate());
    assertFails(Reason.SETTINGS, "has no key mine.key beside it");
    Path key = write(certs + "/mine.key", "no key");
    assertFails(Reason.SETTINGS, key.toString());
    write(certs + "/mine.key", certificate().key());
    assertWorks(settings());
  }

  @Test
  void whatIsNoCertificateIsSaidWithItsFile() throws IOException {
    Path file =
        write(
            "etc/containers/certs.d/" + registry.host() + "/ca.crt",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

    assertFails(Reason.SETTINGS, file.toString());
  }

  @Test
  void plainHttpIsForInsecureRegistriesOnly() throws IOException, InterruptedException {
    HttpServer plain =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    plain.createContext(
        "/v2/",
        exchange -> {
          try (exchange) {
            byte[] body = DOCUMENT.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    plain.start();
    try (PlainFront front = new PlainFront(plain.getAddress())) {
      RegistryReference image = RegistryReference.parse(front.host() + "/a/b:1");
      try (RegistryClient client = client()) {
        assertThatThrownBy(() -> client.manifest(image))
            .isInstanceOfSatisfying(
                RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED))
            .hasMessageContaining("speaks no TLS")
            .hasMessageContaining("insecure = true");
      }
      write(
          "home/.config/containers/registries.conf",
          "[[registry]]\nlocation = '" + front.host() + "'\ninsecure = true\n");
      try (RegistryClient client = client()) {
        assertThat(client.manifest(image).bytes()).asString().isEqualTo(DOCUMENT);
      }
    } finally {
      plain.stop(0);
    }
  }

  @Test
  void whoIsNotThereIsSaid() throws IOException {
    String host;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      host = "127.0.0.1:" + socket.getLocalPort();
    }
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(RegistryReference.parse(host + "/a/b:1")))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
          .hasMessageContaining("no connection to the registry " + host);
    }
    assertThat(pauses).hasSize(Requests.ATTEMPTS - 1);
  }
}
