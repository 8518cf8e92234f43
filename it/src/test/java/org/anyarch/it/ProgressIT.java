package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Progress on a real terminal, which script(1) makes.
final class ProgressIT {
  @TempDir private Path folder;

  private Outcome onTerminal(String terminal, String options)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("Containerfile"), "FROM scratch\nWORKDIR /a\nCOPY x /a/\n");
    Files.writeString(folder.resolve("x"), "x");
    return Processes.run(
        folder,
        Map.of("ANYARCH_HOME", folder.resolve("home").toString(), "TERM", terminal),
        "",
        List.of(
            "script",
            "-qec",
            Machine.anyarch() + " build " + options + " --output oci:out " + folder,
            "/dev/null"));
  }

  @Test
  void aTerminalShowsThePictureAndThenTheDigestAlone() throws IOException, InterruptedException {
    Outcome outcome = onTerminal("xterm", "");

    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("\033[32m[linux/", "2/2] COPY x /a/");
    assertThat(outcome.out().lines().toList().getLast()).matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void aDumbTerminalAndAWishForLinesGetNoControlSequence()
      throws IOException, InterruptedException {
    assertThat(onTerminal("dumb", "").out()).contains("2/2] COPY").doesNotContain("\033");
    assertThat(onTerminal("xterm", "--progress plain").out())
        .contains("2/2] ")
        .doesNotContain("\033");
    assertThat(onTerminal("xterm", "--progress quiet").out().strip())
        .matches("sha256:[0-9a-f]{64}");
  }
}
