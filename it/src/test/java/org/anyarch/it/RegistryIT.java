package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Layout;
import org.anyarch.oci.Manifest;
import org.anyarch.oci.MediaType;
import org.anyarch.registry.RawManifest;
import org.anyarch.registry.RegistryClient;
import org.anyarch.registry.RegistryException;
import org.anyarch.registry.RegistryReference;
import org.anyarch.registry.RegistrySettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against `distribution`, which asks for a password, with skopeo as the witness.
final class RegistryIT {
  /// `htpasswd -Bbn alice wonder`
  private static final String USERS =
      "alice:$2y$05$SjK4MjFChgSojzgRBB3/l.2tF84MLKkjQ5/DOjLKxjrJn4VFBWzCm\n";

  @TempDir private Path folder;
  private String host;
  private Process registry;

  @BeforeEach
  void start() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      host = "127.0.0.1:" + free.getLocalPort();
    }
    Files.writeString(folder.resolve("users"), USERS);
    Path configuration =
        Files.writeString(
            folder.resolve("registry.yml"),
            """
            version: 0.1
            log: {level: warn}
            storage: {filesystem: {rootdirectory: %1$s/data}}
            http: {addr: "%2$s", secret: none}
            auth: {htpasswd: {realm: users, path: %1$s/users}}
            """
                .formatted(folder, host));
    registry =
        new ProcessBuilder("docker-registry", "serve", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    write("registries.conf", "[[registry]]\nlocation = '" + host + "'\ninsecure = true\n");
    login("wonder");
  }

  @AfterEach
  void end() throws InterruptedException {
    registry.destroyForcibly().waitFor();
  }

  private void write(String name, String content) throws IOException {
    Path settings = Files.createDirectories(folder.resolve("home/.config/containers"));
    Files.writeString(settings.resolve(name), content);
  }

  private void login(String password) throws IOException {
    String auth =
        Base64.getEncoder().encodeToString(("alice:" + password).getBytes(StandardCharsets.UTF_8));
    write("auth.json", "{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}");
  }

  private RegistryClient client() throws RegistryException {
    return RegistryClient.of(
        RegistrySettings.of(Map.of("HOME", folder.resolve("home").toString())));
  }

  @Test
  void whatIsPushedIsPulledToTheByteAndReadByOthers() throws IOException, InterruptedException {
    byte[] content = new byte[5_000_000];
    new Random(1).nextBytes(content);
    Layout layout = Layout.create(folder.resolve("layout"));
    Descriptor layer = layout.put(MediaType.LAYER_GZIP, content);
    Descriptor config =
        layout.put(
            MediaType.CONFIG,
            "{\"os\":\"linux\",\"architecture\":\"s390x\"}".getBytes(StandardCharsets.UTF_8));
    // As no writer of ours would write it.
    String document =
        "\n"
            + new String(Manifest.of(config, List.of(layer)).bytes(), StandardCharsets.UTF_8)
            + " ";
    RawManifest manifest =
        RawManifest.of(MediaType.MANIFEST, document.getBytes(StandardCharsets.UTF_8));
    try (RegistryClient client = client()) {
      RegistryReference first = client.reference(host + "/some/first:1");
      RegistryReference second = client.reference(host + "/some/second:2");
      for (Descriptor blob : List.of(layer, config)) {
        assertThat(client.mountOrHas(first, blob, null)).isFalse();
        AtomicLong sent = new AtomicLong();
        client.upload(first, blob, blobFile(blob), sent::addAndGet);
        assertThat(sent).hasValue(blob.size());
        assertThat(client.mountOrHas(first, blob, null)).isTrue();
        assertThat(client.mountOrHas(second, blob, first)).isTrue();
      }
      client.put(first, manifest);
      client.put(second, manifest);

      assertThat(client.resolve(second)).isEqualTo(manifest.descriptor());
      assertThat(client.manifest(second)).isEqualTo(manifest);
      assertThat(client.manifest(second.withDigest(manifest.digest()))).isEqualTo(manifest);
      client.blob(second, layer, folder.resolve("pulled"), _ -> {});
      assertThat(folder.resolve("pulled")).hasBinaryContent(content);
      assertThat(
              Processes.must(
                  folder,
                  "skopeo",
                  "inspect",
                  "--raw",
                  "--tls-verify=false",
                  "--creds=alice:wonder",
                  "docker://" + second))
          .isEqualTo(document);
      assertThat(client.has(first.withTag("none"))).isFalse();
    }
  }

  private Path blobFile(Descriptor blob) {
    return folder.resolve("layout/blobs/sha256").resolve(blob.digest().hex());
  }

  @Test
  void aWrongPasswordIsSaidWithItsFile() throws IOException {
    login("wander");

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(client.reference(host + "/some/image")))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.reason()).isEqualTo(RegistryException.Reason.UNAUTHORIZED))
          .hasMessageContaining("alice in " + folder.resolve("home/.config/containers/auth.json"))
          .hasMessageContaining("podman login " + host);
    }
  }
}
