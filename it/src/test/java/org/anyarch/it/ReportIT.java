package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/// The page that --report writes.
final class ReportIT {
  private static final String STEPS =
      """
      RUN echo '<script>document.title = "caught"</script>'
      RUN cp /usr/bin/sha256sum '/bin/<b onload=x>"'; '/bin/<b onload=x>"' /bin/cat; od /bin/cat > /dev/null; LD_PRELOAD= id
      """;

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.make(actor);
  }

  private static Outcome build(String base, String steps, String report)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../" + base + "\n" + steps);
    return actor.anyarch(
        "build",
        "--no-cache",
        "--progress=plain",
        "--platform=linux/arm64",
        "--report=" + report,
        "-o",
        "oci:out",
        "app");
  }

  private static Document page(String name) throws Exception {
    String text = Files.readString(actor.folder().resolve(name));
    return DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void itTellsWhatRanHowAndWhy() throws Exception {
    Images.succeed(build("b", STEPS, "report.html"));

    Document page = page("report.html");
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("rect").getLength()).isEqualTo(2);
    assertThat(page.getDocumentElement().getTextContent())
        .contains("Built sha256:")
        .contains("/bin/<b onload=x>\"")
        .contains("it is of no package")
        .contains("it is not among the programs of coreutils that")
        .contains("LD_PRELOAD is set")
        .contains("sampled");
    assertThat(Files.readString(actor.folder().resolve("report.html")))
        .doesNotContain("style=", "src=", "href=", "url(");
  }

  @Test
  void withoutTwinsItTellsWhatCouldBeGained() throws Exception {
    Images.succeed(build("alone", "RUN cat /dev/null\n", "report.html"));

    assertThat(page("report.html").getDocumentElement().getTextContent())
        .contains("for linux/" + TwinBase.OWN + ": the base image has no such platform");
  }

  @Test
  void itIsWrittenWhenTheBuildFails() throws Exception {
    Files.deleteIfExists(actor.folder().resolve("failed.html"));

    assertThat(build("b", "RUN exit 7\n", "failed.html").status()).isEqualTo(1);

    assertThat(page("failed.html").getDocumentElement().getTextContent())
        .contains("The build failed.", "exited with status 7");
  }

  @Test
  void aFolderIsRefusedBeforeAnythingRuns() throws IOException, InterruptedException {
    assertThat(build("b", "RUN exit 7\n", "app").err())
        .contains("--report app")
        .doesNotContain("RUN");
  }

  /// Skipped where there is no Chromium, a large package for one test, unless it is CI.
  @Test
  void aBrowserShowsItAndHasNothingToRefuse() throws Exception {
    assumeTrue(
        Files.isExecutable(CHROMIUM) || System.getenv("CI") != null, "there is no " + CHROMIUM);
    Images.succeed(build("b", STEPS, "report.html"));
    for (int width : new int[] {1280, 480}) {
      Outcome shown =
          Processes.run(
              actor.folder(),
              Map.of("HOME", actor.folder().toString()),
              "",
              List.of(
                  CHROMIUM.toString(),
                  "--headless",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--enable-logging=stderr",
                  "--user-data-dir=" + actor.folder().resolve("chromium"),
                  "--window-size=" + width + ",2000",
                  "--screenshot=" + actor.folder().resolve("shown.png"),
                  actor.folder().resolve("report.html").toUri().toString()));
      assertThat(shown.err()).doesNotContain("CONSOLE", "Refused");
      assertThat(colours(actor.folder().resolve("shown.png"))).hasSizeGreaterThan(20);
    }
  }

  private static Set<Integer> colours(Path picture) throws IOException {
    BufferedImage image = Objects.requireNonNull(ImageIO.read(picture.toFile()));
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }
}
