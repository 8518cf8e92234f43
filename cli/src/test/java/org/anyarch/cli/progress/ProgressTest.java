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
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.anyarch.build.Progress;
import org.anyarch.kernel.Terminals;
import org.anyarch.platform.Platform;
import org.anyarch.twins.Execs;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  private static Progress.Place place(String architecture, int number, int count) {
    return new Progress.Place(
        new Platform("linux", architecture, ""), "main", number, count, "WORKDIR /w");
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
    Progress.Step one = progress.begin(place("arm64", 1, 2));
    Progress.Step two = progress.begin(place("s390x", 1, 2));
    two.output("a\tline\033[31m");
    nanos.addAndGet(1_500_000_000L);
    progress.draw();

    assertThat(screen(80))
        .containsExactly(
            "building 2 platforms, 2 steps running, 0 done, 1.5 s",
            "[linux/arm64 main 1/2] 1.5 s  WORKDIR /w",
            "[linux/s390x main 1/2] 1.5 s  WORKDIR /w",
            "  | a line");

    one.done(Duration.ofMillis(1600));
    progress.cached(place("arm64", 2, 2));
    progress.draw();

    assertThat(screen(80))
        .containsExactly(
            "[linux/arm64 main 1/2] WORKDIR /w  1.6 s",
            "[linux/arm64 main 2/2] CACHED WORKDIR /w",
            "building 2 platforms, 1 step running, 1 done, 1 cached, 1.5 s",
            "[linux/s390x main 1/2] 1.5 s  WORKDIR /w",
            "  | a line");

    two.failed(Duration.ofMillis(1700), "why");
    progress.close();

    assertThat(screen(80))
        .containsExactly(
            "[linux/arm64 main 1/2] WORKDIR /w  1.6 s",
            "[linux/arm64 main 2/2] CACHED WORKDIR /w",
            "[linux/s390x main 1/2] WORKDIR /w  failed after 1.7 s",
            "  a line");
  }

  @Test
  void theLastOfALongLogStaysOnTheScreen() {
    LiveProgress progress = live(80, 24);
    Progress.Step step = progress.begin(place("arm64", 1, 1));
    for (int i = 1; i <= 1000; i++) {
      step.output("line " + i);
    }
    progress.draw();
    step.failed(Duration.ZERO, "exited with status 1");
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
        Progress.Step step = progress.begin(place("arm64", 1, 1));
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
    Progress.Step step = progress.begin(place("arm64", 1, 2));
    step.output("hello");
    step.done(Duration.ofMillis(100));
    progress.cached(place("arm64", 2, 2));
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

  private static Execs execs() {
    return new Execs(
        List.of(
            new Execs.Program("/bin/cat", Execs.Outcome.NATIVE, "", 3, Duration.ZERO, ""),
            new Execs.Program("/bin/od", Execs.Outcome.NO_TWIN, "", 1, Duration.ZERO, "")),
        true,
        false);
  }

  @Test
  void theShareOfNativeProgramsIsSaidWhenAStepEnds() {
    LiveProgress live = live(80, 24);
    PlainProgress plain = new PlainProgress(out);
    RawJsonProgress json = new RawJsonProgress(out, Clock.systemUTC());
    for (Progress progress : List.of(plain, live)) {
      Progress.Step step = progress.begin(place("arm64", 1, 1));
      step.started(execs());
      step.done(Duration.ofMillis(100));
      Progress.Step failing = progress.begin(place("arm64", 1, 1));
      failing.started(execs());
      failing.failed(Duration.ofMillis(100), "why");
    }
    live.close();

    assertThat(screen(80))
        .contains(
            "[linux/arm64 main 1/1] done in 0.1 s, 4 programs, 75 % native",
            "[linux/arm64 main 1/1] failed after 0.1 s, 4 programs, 75 % native",
            "[linux/arm64 main 1/1] WORKDIR /w  0.1 s, 4 programs, 75 % native",
            "[linux/arm64 main 1/1] WORKDIR /w  failed after 0.1 s, 4 programs, 75 % native");

    bytes.reset();
    Progress.Step step = json.begin(place("arm64", 1, 1));
    step.started(execs());
    step.done(Duration.ofMillis(100));

    JsonNode end = jsonLines().getLast().at("/vertexes/0");
    assertThat(end.at("/programs/started").asInt()).isEqualTo(4);
    assertThat(end.at("/programs/native").asInt()).isEqualTo(3);
  }

  @Test
  void rawJsonTellsVertexesAndLogs() {
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    RawJsonProgress progress = new RawJsonProgress(out, clock);
    Progress.Step step = progress.begin(place("arm64", 1, 1));
    step.output("hello");
    step.failed(Duration.ZERO, "exited with status 1");

    List<JsonNode> lines = jsonLines();
    String digest = lines.getFirst().at("/vertexes/0/digest").asString();
    assertThat(digest).matches("sha256:[0-9a-f]{64}");
    assertThat(lines.getFirst().at("/vertexes/0/started").asString())
        .isEqualTo("1970-01-01T00:00:00Z");
    assertThat(lines.get(1).at("/logs/0/vertex").asString()).isEqualTo(digest);
    assertThat(Base64.getDecoder().decode(lines.get(1).at("/logs/0/data").asString()))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("hello\n");
    assertThat(lines.getLast().at("/vertexes/0/error").asString())
        .isEqualTo("exited with status 1");
  }

  @Test
  void bytesOnTheirWayAreShownAndWhatWasMuchStays() {
    LiveProgress progress = live(80, 24);
    Progress.Transfer context =
        progress.transfer("", "reading the context", OptionalLong.of(20 << 20));
    Progress.Step step = progress.begin(place("arm64", 1, 1));
    Progress.Transfer copy = step.transfer("copying", OptionalLong.empty());
    context.moved(10 << 20);
    copy.moved(3 << 20);
    nanos.addAndGet(500_000_000L);
    progress.draw();

    assertThat(screen(80))
        .containsExactly(
            "building 1 platform, 1 step running, 0 done, 0.5 s",
            "reading the context  0.5 s  10.0 MB / 20.0 MB",
            "[linux/arm64 main 1/1] 0.5 s  3.0 MB  WORKDIR /w");

    context.moved(20 << 20);
    context.ended();
    copy.ended();
    progress.draw();

    assertThat(screen(80))
        .containsExactly(
            "reading the context  20.0 MB / 20.0 MB  0.5 s",
            "building 1 platform, 1 step running, 0 done, 0.5 s",
            "[linux/arm64 main 1/1] 0.5 s  WORKDIR /w");

    progress.close();
  }

  @Test
  void whatAProgramHasPrintedOfALineIsShown() {
    LiveProgress progress = live(80, 24);
    Progress.Step step = progress.begin(place("arm64", 1, 1));
    step.unfinished("compiling...");
    progress.draw();

    assertThat(screen(80)).contains("  | compiling...");

    step.output("compiling... done");
    progress.draw();

    assertThat(screen(80)).contains("  | compiling... done").doesNotContain("  | compiling...");
    progress.close();
  }

  @Test
  void aStepThatWasStoppedIsNoFailure() {
    LiveProgress progress = live(80, 24);
    Progress.Step step = progress.begin(place("arm64", 1, 1));
    step.output("its output");
    step.stopped(Duration.ZERO);
    progress.close();

    assertThat(screen(80))
        .containsExactly("[linux/arm64 main 1/1] WORKDIR /w  stopped after 0.0 s");
  }

  /// A terminal wraps what it shows when it becomes narrower.
  @Test
  void aNarrowerTerminalHasMoreRowsToDrawOver() {
    AtomicInteger columns = new AtomicInteger(80);
    LiveProgress progress =
        new LiveProgress(out, () -> new Terminals.Size(columns.get(), 24), false, nanos::get);
    progress.begin(place("arm64", 1, 1));
    progress.draw();
    bytes.reset();
    columns.set(20);
    progress.draw();

    // Of 50 and 39 characters.
    assertThat(bytes.toString(StandardCharsets.UTF_8)).startsWith("\r\033[5A\033[J");
    progress.close();
  }

  @Test
  void plainTellsOfBytesEveryFiveSecondsAndAtTheEnd() {
    PlainProgress progress = new PlainProgress(out, nanos::get);
    progress.transfer("", "reading the context", OptionalLong.of(5)).ended();
    Progress.Transfer unpacking =
        progress.transfer("linux/arm64", "unpacking layer 01", OptionalLong.of(20 << 20));
    for (int i = 1; i <= 20; i++) {
      nanos.addAndGet(500_000_000L);
      unpacking.moved((long) i << 20);
    }
    unpacking.ended();

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            [linux/arm64] unpacking layer 01 10.0 MB / 20.0 MB
            [linux/arm64] unpacking layer 01 20.0 MB / 20.0 MB
            [linux/arm64] unpacking layer 01 20.0 MB / 20.0 MB in 10.0 s
            """);
  }

  @Test
  void plainLeavesOutWhatSteersATerminal() {
    Progress.Step step = new PlainProgress(out).begin(place("arm64", 1, 1));
    step.output("\033]0;title\007\033[2J\033[31mred\033[0m");
    step.warning("a\u009bmb");

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            [linux/arm64 main 1/1] WORKDIR /w
            [linux/arm64 main 1/1] | red
            [linux/arm64 main 1/1] warning: ab
            """);
  }

  @Test
  void rawJsonTellsOfBytesInStatuses() {
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    Progress.Transfer transfer =
        new RawJsonProgress(out, clock)
            .transfer("linux/arm64", "unpacking", OptionalLong.of(2_000_000_000_000L));
    transfer.moved(1);
    transfer.ended();

    List<JsonNode> lines = jsonLines();
    JsonNode begun = lines.getFirst().at("/vertexes/0");
    assertThat(begun.at("/name").asString()).isEqualTo("[linux/arm64 internal] unpacking");
    JsonNode status = lines.get(1).at("/statuses/0");
    assertThat(status)
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"id":"unpacking","vertex":"%s","total":2000000000000,"current":1,
                    "timestamp":"1970-01-01T00:00:00Z","started":"1970-01-01T00:00:00Z"}
                    """
                        .formatted(begun.at("/digest").asString())));
    assertThat(lines.get(2).at("/statuses/0/completed").asString())
        .isEqualTo("1970-01-01T00:00:00Z");
    assertThat(lines.get(3).at("/vertexes/0/completed").isMissingNode()).isFalse();
  }

  private List<JsonNode> jsonLines() {
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> JsonMapper.shared().readTree(line))
        .toList();
  }
}
