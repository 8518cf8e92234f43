package org.anyarch.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Debian's docker-registry on the loopback interface, with TLS and a password, until it is closed.
final class Registry implements AutoCloseable {
  /// `secret`, as `htpasswd -B` writes it; the registry takes nothing else.
  private static final String PASSWORD =
      "user:$2y$05$1/ixAD0QkETFjaRf.D8zae6Uxd0muZspvR8506umiPwusfenU70NW";

  private final Path folder;
  private final int port;
  private final Process process;

  private Registry(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.process = start();
  }

  /// @param folder empty; belongs to the registry
  static Registry in(Path folder) throws IOException {
    Files.createDirectories(folder);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Processes.must(
        folder,
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost");
    Files.writeString(folder.resolve("htpasswd"), PASSWORD + "\n");
    Files.writeString(
        folder.resolve("config.yml"),
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %1$s/data}}
        http: {addr: "localhost:%2$d", secret: x, tls: {certificate: %1$s/cert.pem, key: %1$s/key.pem}}
        auth: {htpasswd: {realm: basic, path: %1$s/htpasswd}}
        """
            .formatted(folder, port));
    return new Registry(folder, port);
  }

  private Process start() throws IOException {
    Process started =
        new ProcessBuilder("docker-registry", "serve", "config.yml")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    while (!answers()) {
      if (!started.isAlive()) {
        throw new IOException(Files.readString(folder.resolve("log")));
      }
      Thread.onSpinWait();
    }
    return started;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      // Not yet.
      return false;
    }
  }

  String host() {
    return "localhost:" + port;
  }

  /// Lets an actor trust it, as users of podman and docker do.
  void trust(Actor actor) throws IOException {
    actor.write(
        ".config/containers/certs.d/" + host() + "/ca.crt",
        Files.readString(folder.resolve("cert.pem")));
  }

  /// Gives an actor its password, as `podman login` does.
  void logIn(Actor actor) throws IOException {
    String auth =
        Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
    actor.write(
        ".config/containers/auth.json",
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(host(), auth));
  }

  /// The manifest of an image as another tool gets it.
  String raw(String name) {
    return Processes.must(
        folder,
        "skopeo",
        "inspect",
        "--raw",
        "--creds=user:secret",
        "--cert-dir=" + certificates(),
        "docker://" + host() + "/" + name);
  }

  private Path certificates() {
    try {
      Path certificates = Files.createDirectories(folder.resolve("certs"));
      return Files.writeString(
              certificates.resolve("ca.crt"), Files.readString(folder.resolve("cert.pem")))
          .resolveSibling(".")
          .normalize();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How many requests it has answered that its log has this text of.
  long requests(String text) throws IOException {
    try (var lines = Files.lines(folder.resolve("log"))) {
      return lines.filter(line -> line.contains(text)).count();
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
