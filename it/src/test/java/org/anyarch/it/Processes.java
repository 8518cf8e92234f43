package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Starts programs and waits for them; nothing a test starts outlives its time.
final class Processes {
  private static final int MINUTES = 10;

  private Processes() {}

  static Outcome run(
      Path folder, Map<String, String> environment, String input, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("anyarch-it", ".out");
    Path err = Files.createTempFile("anyarch-it", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().putAll(environment);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException closed) {
        // A program may end without reading its input; what it did is what counts.
        assertThat(closed).hasMessageContaining("Broken pipe");
      }
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(command + " did not end within " + MINUTES + " minutes");
      }
      return new Outcome(process.exitValue(), read(out), read(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /// Runs a tool that a test needs and that has to succeed.
  static String must(Path folder, String... command) {
    try {
      Outcome outcome = run(folder, Map.of(), "", List.of(command));
      assertThat(outcome.status()).as("%s: %s", List.of(command), outcome).isZero();
      return outcome.out();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot start " + command[0] + "; the README names the packages these tests need", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
