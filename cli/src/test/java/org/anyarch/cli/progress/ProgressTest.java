package org.anyarch.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.ImageSettings;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Terminals;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ProgressTest {
  private static final PlannedStep STEP =
      new PlannedStep.WorkdirStep(new Location("Containerfile", 2, 1), "WORKDIR /w", "", "/w", "");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  private static PlannedStage stage(String architecture) {
    return new PlannedStage(
        0,
        "main",
        new Platform("linux", architecture, ""),
        new BaseReference.Scratch(),
        List.of(STEP),
        ImageSettings.NONE);
  }

  private LiveProgress live(int columns, int rows) {
    return new LiveProgress(out, () -> new Terminals.Size(columns, rows), true, nanos::get);
  }

  private List<String> screen(int columns) {
    return new Screen(columns).write(bytes.toString(StandardCharsets.UTF_8)).lines();
  }

  @Test
  void whatRunsIsShownBelowWhatIsDone() {
    LiveProgress progress = live(80, 24);
    Progress.Step one = progress.begin(stage("arm64"), STEP, 1, 2);
    Progress.Step two = progress.begin(stage("s390x"), STEP, 1, 2);
    two.output("a\tline\033[31m");
    nanos.addAndGet(1_500_000_000L);
    progress.draw();

    assertThat(screen(80))
        .containsExactly(
            "building 2 platforms, 2 steps running, 0 done, 1.5 s",
            "[linux/arm64 main 1/2] 1.5 s  WORKDIR /w",
            "[linux/s390x main 1/2] 1.5 s  WORKDIR /w",
            "  | a line?[31m");

    one.done(Duration.ofMillis(1600));
    progress.cached(stage("arm64"), STEP, 2, 2);
    progress.draw();

    assertThat(screen(80))
        .containsExactly(
            "[linux/arm64 main 1/2] WORKDIR /w  1.6 s",
            "[linux/arm64 main 2/2] CACHED WORKDIR /w",
            "building 2 platforms, 1 step running, 1 done, 1 cached, 1.5 s",
            "[linux/s390x main 1/2] 1.5 s  WORKDIR /w",
            "  | a line?[31m");

    two.failed(Duration.ofMillis(1700));
    progress.close();

    assertThat(screen(80))
        .containsExactly(
            "[linux/arm64 main 1/2] WORKDIR /w  1.6 s",
            "[linux/arm64 main 2/2] CACHED WORKDIR /w",
            "[linux/s390x main 1/2] WORKDIR /w  failed after 1.7 s",
            "  a line?[31m");
  }

  @Test
  void theLastOfALongLogStaysOnTheScreen() {
    LiveProgress progress = live(80, 24);
    Progress.Step step = progress.begin(stage("arm64"), STEP, 1, 1);
    for (int i = 1; i <= 1000; i++) {
      step.output("line " + i);
    }
    progress.draw();
    step.failed(Duration.ZERO);
    progress.close();

    assertThat(screen(80))
        .hasSize(202)
        .contains("  ... 800 lines before these", "  line 801", "  line 1000");
  }

  /// Whatever the size and the text: a line that wraps or a picture that scrolls would leave
  /// something behind.
  @Test
  void nothingOfThePictureIsLeftOnASmallTerminal() {
    for (int columns = 1; columns < 30; columns++) {
      for (int rows = 1; rows < 6; rows++) {
        bytes.reset();
        LiveProgress progress = live(columns, rows);
        Progress.Step step = progress.begin(stage("arm64"), STEP, 1, 1);
        for (int i = 0; i < 5; i++) {
          step.output("wide \u65e5\u672c " + "x".repeat(i * 7));
          progress.draw();
          assertThat(screen(columns)).hasSizeLessThan(rows);
        }
        progress.close();
        assertThat(screen(columns)).isEmpty();
      }
    }
  }

  @Test
  void plainIsOneLineAnEvent() {
    PlainProgress progress = new PlainProgress(out);
    Progress.Step step = progress.begin(stage("arm64"), STEP, 1, 2);
    step.output("hello");
    step.done(Duration.ofMillis(100));
    progress.cached(stage("arm64"), STEP, 2, 2);
    progress.note("", "note");

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            [linux/arm64 main 1/2] WORKDIR /w
            [linux/arm64 main 1/2] | hello
            [linux/arm64 main 1/2] done in 0.1 s
            [linux/arm64 main 2/2] CACHED WORKDIR /w
            note
            """);
  }

  @Test
  void rawJsonTellsVertexesAndLogs() {
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    RawJsonProgress progress = new RawJsonProgress(out, clock);
    Progress.Step step = progress.begin(stage("arm64"), STEP, 1, 1);
    step.output("hello");
    step.failed(Duration.ZERO);

    List<JsonNode> lines =
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .map(line -> JsonMapper.shared().readTree(line))
            .toList();
    String digest = lines.getFirst().at("/vertexes/0/digest").asString();
    assertThat(digest).matches("sha256:[0-9a-f]{64}");
    assertThat(lines.getFirst().at("/vertexes/0/started").asString())
        .isEqualTo("1970-01-01T00:00:00Z");
    assertThat(lines.get(1).at("/logs/0/vertex").asString()).isEqualTo(digest);
    assertThat(Base64.getDecoder().decode(lines.get(1).at("/logs/0/data").asString()))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("hello\n");
    assertThat(lines.getLast().at("/vertexes/0/error").asString()).isEqualTo("failed");
  }
}
