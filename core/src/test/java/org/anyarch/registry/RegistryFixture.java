package org.anyarch.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.MediaType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A registry, another server, a system and a user, all in a folder and in this process. Nothing
/// really pauses.
abstract class RegistryFixture {
  /// Longer than anything takes that a test does not want to fail.
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static TestCertificate certificate;

  @TempDir Path folder;
  FaultyRegistry registry;
  FaultyRegistry other;
  final Map<String, String> environment = new HashMap<>();
  final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @BeforeAll
  static void certify(@TempDir Path keys) throws IOException {
    certificate = TestCertificate.make(keys);
  }

  @BeforeEach
  void start() throws IOException {
    registry = new FaultyRegistry(certificate.context(), false);
    other = new FaultyRegistry(certificate.context(), false);
    trust(registry);
    trust(other);
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("PATH", folder.resolve("bin").toString());
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  static TestCertificate certificate() {
    return certificate;
  }

  void trust(FaultyRegistry server) throws IOException {
    write("etc/containers/certs.d/" + server.host() + "/ca.crt", certificate.certificate());
  }

  Path write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, content);
  }

  /// Credentials for a key of an auth.json.
  void login(String key, String userAndPassword) throws IOException {
    write(
        "home/.config/containers/auth.json",
        "{\"auths\":{\""
            + key
            + "\":{\"auth\":\""
            + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8))
            + "\"}}}");
  }

  static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  RegistrySettings settings() {
    return RegistrySettings.of(environment).withSystem(folder);
  }

  RegistryClient client() throws IOException {
    return client(PATIENCE);
  }

  RegistryClient client(Duration patience) throws IOException {
    RegistrySettings settings = settings();
    return RegistryClient.of(settings, new Wire(settings, patience), backoff());
  }

  Backoff backoff() {
    Random fixed = new Random(1);
    return new Backoff(pauses::add, fixed, () -> now);
  }

  RegistryReference image(String rest) throws RegistryException {
    return RegistryReference.parse(registry.host() + "/" + rest);
  }

  static byte[] content(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static Descriptor blob(byte[] content) {
    return Descriptor.of(MediaType.LAYER_GZIP, Digest.ofSha256(content), content.length);
  }

  /// What a reply to a manifest's request is.
  static FaultyRegistry.Reply manifest(String document) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    return FaultyRegistry.bytes(
        200,
        bytes,
        "Content-Type",
        MediaType.MANIFEST,
        "Docker-Content-Digest",
        Digest.ofSha256(bytes).toString());
  }
}
