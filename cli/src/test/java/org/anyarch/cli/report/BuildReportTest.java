package org.anyarch.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.anyarch.build.Progress;
import org.anyarch.platform.Platform;
import org.anyarch.twins.Execs;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

final class BuildReportTest {
  private final AtomicLong clock = new AtomicLong(5);
  private final BuildReport report = new BuildReport(clock::get);

  private static Progress.Place place(String text) {
    return new Progress.Place(new Platform("linux", "arm64", ""), "main", 1, 2, text);
  }

  private static Execs execs(String path, Duration atWork) {
    return new Execs(
        List.of(
            new Execs.Program("/bin/cat", Execs.Outcome.NATIVE, "", 3, Duration.ZERO, ""),
            new Execs.Program(path, Execs.Outcome.NO_TWIN, "", 1, atWork, "for a reason")),
        true,
        true);
  }

  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void stepsAreShownWhereTheyRan() throws Exception {
    clock.addAndGet(1_000_000_000L);
    Progress.Step step = report.begin(place("RUN one"));
    step.started(execs("/bin/od", Duration.ofMillis(300)));
    clock.addAndGet(2_000_000_000L);
    step.done(Duration.ofSeconds(2));
    report.cached(place("RUN two"));
    clock.addAndGet(1_000_000_000L);

    Document page = parse(report.html("Built."));

    Element bar = (Element) page.getElementsByTagName("rect").item(0);
    assertThat(bar.getAttribute("x")).isEqualTo("250.0");
    assertThat(bar.getAttribute("width")).isEqualTo("500.0");
    assertThat(page.getDocumentElement().getTextContent())
        .contains("75 %", "cached", "0.30 s", "for a reason");
  }

  @Test
  void theSameProgramOfSeveralStepsIsOneLine() {
    for (int i = 0; i < 3; i++) {
      report.begin(place("RUN")).started(execs("/bin/od", Duration.ofMillis(100)));
    }

    assertThat(report.html("")).contains("0.30 s");
  }

  /// The only style there is, and no script: all else is refused by the page itself.
  @Test
  void thePolicyAllowsItsOwnStyleAlone() throws Exception {
    Document page = parse(report.html(""));
    String style = page.getElementsByTagName("style").item(0).getTextContent();
    String digest =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(style.getBytes(StandardCharsets.UTF_8)));

    assertThat(((Element) page.getElementsByTagName("meta").item(1)).getAttribute("content"))
        .isEqualTo("default-src 'none'; style-src 'sha256-" + digest + "'");
  }

  @Test
  void whateverStepsAndProgramsAreCalledItIsText() throws Exception {
    for (String text :
        List.of(
            "<b>",
            "</code></details>",
            "\"'&&amp;",
            "]]>",
            "\0\033[1m\ud800",
            "\uffff\ufffe",
            "")) {
      BuildReport some = new BuildReport(clock::get);
      Progress.Step step = some.begin(place(text));
      step.started(execs(text, Duration.ofMillis(1)));
      step.failed(Duration.ofMillis(1), text);

      Document page = parse(some.html(text));

      assertThat(page.getElementsByTagName("details").getLength()).isEqualTo(1);
      assertThat(page.getElementsByTagName("b").getLength()).isZero();
    }
  }
}
