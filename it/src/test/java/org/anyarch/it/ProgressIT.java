package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
    // The picture that it takes the place of is erased before it.
    assertThat(outcome.out().lines().toList().getLast())
        .matches("(\\033\\[\\d*[AJ])*sha256:[0-9a-f]{64}");
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

  @Test
  void bytesOfContextsCopiesAndLayersAreTold() throws IOException, InterruptedException {
    int size = 9 << 20;
    Files.write(folder.resolve("large"), new byte[size]);
    Files.writeString(folder.resolve("Containerfile"), "FROM scratch\nCOPY large /\n");
    Outcome outcome =
        Processes.run(
            folder,
            Map.of("ANYARCH_HOME", folder.resolve("home").toString()),
            "",
            List.of(
                Machine.anyarch().toString(),
                "build",
                "--progress=rawjson",
                "--output=oci:out",
                folder.toString()));

    assertThat(outcome.status()).as("%s", outcome).isZero();
    Map<String, JsonNode> last = new LinkedHashMap<>();
    outcome
        .err()
        .lines()
        .map(line -> JsonMapper.shared().readTree(line).at("/statuses/0"))
        .filter(JsonNode::isObject)
        .forEach(status -> last.put(status.at("/id").asString(), status));
    assertThat(last)
        .containsKeys("reading the context", "copying", "packing COPY large /")
        .allSatisfy((what, status) -> assertThat(status.has("completed")).as(what).isTrue());
    assertThat(last.get("reading the context").at("/current").asLong()).isEqualTo(size);
    assertThat(last.get("reading the context").at("/total").asLong()).isEqualTo(size);
    assertThat(last.get("copying").at("/current").asLong()).isEqualTo(size);
    assertThat(last.get("packing COPY large /").at("/current").asLong()).isGreaterThan(size);
  }
}
