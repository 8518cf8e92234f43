package org.anyarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A program `docker-credential-NAME`, which is asked by the protocol of docker's credential
/// helpers: `get`, the server on its input, JSON on its output.
///
/// @param file that names it
record CredentialHelper(String name, Path file) {
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /// What came of asking.
  sealed interface Outcome {
    record Found(Credential credential) implements Outcome {}

    record Nothing() implements Outcome {}

    /// It does not work; the registry may do without.
    record Broken(String why) implements Outcome {}
  }

  /// @param server the key that it keeps the credential under
  Outcome ask(String server, RegistrySettings settings)
      throws RegistryException, InterruptedException {
    Optional<Path> program =
        NAMES.matcher(name).matches()
            ? find("docker-credential-" + name, settings)
            : Optional.empty();
    if (program.isEmpty()) {
      return broken("is not installed");
    }
    ProcessBuilder builder =
        new ProcessBuilder(List.of(program.get().toString(), "get"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(settings.environment());
    try {
      return ask(builder.start(), server);
    } catch (IOException e) {
      return broken("cannot be run: " + e.getMessage());
    }
  }

  private Outcome ask(Process process, String server)
      throws IOException, RegistryException, InterruptedException {
    try {
      tell(process, server);
      byte[] said;
      try (InputStream out = process.getInputStream()) {
        said = out.readNBytes(Tree.LARGEST);
      }
      int status = process.waitFor();
      return status == 0 ? found(said) : refused(said, status);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void tell(Process process, String server) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Who ends without reading it may still have said something, or ends with a status.
      return;
    }
  }

  private Outcome refused(byte[] said, int status) {
    String words = new String(said, StandardCharsets.UTF_8).strip();
    // The protocol has no other way to say it.
    return words.startsWith("credentials not found")
        ? new Outcome.Nothing()
        : broken("fails with status " + status + (words.isEmpty() ? "" : ": " + Told.text(words)));
  }

  private Outcome found(byte[] said) throws RegistryException {
    Tree tree =
        Tree.json(
            said, "what docker-credential-" + name + " says", RegistryException.Reason.SETTINGS);
    String user = tree.text("Username");
    String secret = tree.text("Secret");
    if (secret.isEmpty()) {
      return new Outcome.Nothing();
    }
    boolean isToken = user.equals("<token>");
    return new Outcome.Found(
        new Credential(
            isToken ? "" : user, secret, isToken, "docker-credential-" + name + " (" + file + ")"));
  }

  private Outcome.Broken broken(String why) {
    return new Outcome.Broken("docker-credential-" + name + ", which " + file + " names, " + why);
  }

  /// The user's PATH, which need not be ours.
  private static Optional<Path> find(String program, RegistrySettings settings) {
    for (String folder : settings.variable("PATH").orElse("").split(":", -1)) {
      Path path = Path.of(folder, program);
      if (path.isAbsolute() && Files.isExecutable(path) && Files.isRegularFile(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }
}
