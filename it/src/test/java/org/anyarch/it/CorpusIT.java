package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Builds every Containerfile of the corpus with anyarch and with Debian's newest buildah, and
/// compares root folders and configurations. What differs has to be named in the case, with the
/// reason; what is named has to differ.
final class CorpusIT {
  private static final int LEAST = 150;

  /// Later than any file's time, so that times are kept.
  private static final String LATER = "4102444800";

  private static final Actor ACTOR = Machine.root();
  private static final List<CorpusCase> CASES = CorpusCase.all();
  private static final Map<String, Future<Result>> RESULTS = new LinkedHashMap<>();
  private static String buildahVersion = "";
  private static CorpusRemote remote;

  /// @param refused what anyarch said, if it refused
  /// @param buildahRefused what buildah said, if it refused
  private record Result(String refused, String buildahRefused, Map<String, String> differences) {}

  @BeforeAll
  static void buildAll() throws IOException, InterruptedException {
    Images.base(ACTOR, List.of(Platform.host().toString()));
    remote = CorpusRemote.start(ACTOR.folder());
    trigger();
    try (Buildah buildah = Buildah.in(ACTOR.folder());
        ExecutorService cores =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      buildahVersion = buildah.version();
      buildah.base();
      for (CorpusCase one : CASES) {
        RESULTS.put(one.id(), cores.submit(() -> built(one, buildah)));
      }
    }
  }

  /// The image with triggers that each builder makes for itself.
  private static void trigger() throws IOException, InterruptedException {
    ACTOR.write("trigger/Containerfile", CorpusRemote.TRIGGER);
    Images.succeed(
        ACTOR.anyarch(
            "build",
            "--build-context=base=oci-layout://" + ACTOR.folder().resolve("base"),
            "--output=oci:trigger-image",
            "trigger"));
  }

  private static Result built(CorpusCase one, Buildah buildah)
      throws IOException, InterruptedException {
    Path at = Files.createDirectories(ACTOR.folder().resolve(one.id().replace('/', '.')));
    Path context = Files.createDirectories(at.resolve("context"));
    CorpusContext.make(context, one.context());
    if (!Files.exists(context.resolve("Containerfile"))) {
      Files.writeString(context.resolve("Containerfile"), remote.named(one.containerfile()));
    }
    Outcome ours = anyarch(one, at);
    Outcome theirs = buildah.build(at, one.options());
    boolean buildahBuilt = Files.exists(at.resolve("theirs"));
    Map<String, String> differences = new TreeMap<>();
    if (ours.status() == 0 && buildahBuilt) {
      differences.putAll(contents(at, "ours", one).differences(contents(at, "theirs", one)));
    }
    Processes.must(ACTOR.folder(), "rm", "-rf", at.toString());
    return new Result(
        ours.status() == 0 ? "" : ours.toString(), buildahBuilt ? "" : theirs.err(), differences);
  }

  private static Outcome anyarch(CorpusCase one, Path at) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("build", "--progress=plain"));
    words.addAll(List.of("--build-context", "base=oci-layout://" + ACTOR.folder().resolve("base")));
    words.addAll(
        List.of(
            "--build-context", "trigger=oci-layout://" + ACTOR.folder().resolve("trigger-image")));
    words.addAll(List.of("-t", "ours:test", "-o", "oci:ours"));
    words.addAll(one.options());
    words.add("context");
    Map<String, String> environment =
        ACTOR.environment(one.times().isEmpty() ? Map.of() : Map.of("SOURCE_DATE_EPOCH", LATER));
    return Processes.run(
        at, environment, "", ACTOR.command(Map.of(), words.toArray(String[]::new)));
  }

  private static ImageContents contents(Path at, String side, CorpusCase one) throws IOException {
    return ImageContents.of(
        at.resolve(side + "-root"),
        ImageContents.configuration(at.resolve(side)),
        Buildah.xattrs(at.resolve(side + "-root.xattrs")),
        one.times());
  }

  private static Result result(CorpusCase one) throws InterruptedException {
    try {
      return Objects.requireNonNull(RESULTS.get(one.id())).get();
    } catch (ExecutionException e) {
      throw new AssertionError(one.id(), e.getCause());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCaseIsBuiltAsBuildahDoes() {
    return CASES.stream().map(one -> DynamicTest.dynamicTest(one.id(), () -> judge(one)));
  }

  private static void judge(CorpusCase one) throws InterruptedException {
    Result result = result(one);
    assertThat(one.why()).as("why the case is there").isNotEmpty();
    if (one.refusal().isEmpty()) {
      assertThat(result.refused()).as("anyarch builds it").isEmpty();
    } else {
      assertThat(result.refused()).as("anyarch refuses it").contains(one.refusal());
    }
    boolean buildahRefuses =
        !one.buildahRefuses().isEmpty()
            || (!one.refusal().isEmpty() && one.buildahAccepts().isEmpty());
    assertThat(!result.buildahRefused().isEmpty())
        .as("buildah refuses it: %s", result.buildahRefused())
        .isEqualTo(buildahRefuses);
    Map<String, String> unnamed = new TreeMap<>(result.differences());
    unnamed
        .keySet()
        .removeIf(
            what ->
                one.differs().keySet().stream()
                    .anyMatch(named -> what.equals(named) || what.startsWith(named + "/")));
    assertThat(unnamed).as("differences that are not named").isEmpty();
    assertThat(result.differences().keySet())
        .as("differences that are named")
        .containsAll(one.differs().keySet());
  }

  @Test
  void thereAreEnough() {
    assertThat(CASES).hasSizeGreaterThanOrEqualTo(LEAST);
    assertThat(RESULTS).as("every case has a name of its own").hasSameSizeAs(CASES);
  }

  @Test
  void theDocumentNamesAllDifferences() throws IOException {
    String expected = CorpusReport.differences(CASES);
    Path document = Machine.tree().resolve("docs/differences.md");
    Path written = Machine.tree().resolve("it/target/differences.md");
    Files.writeString(written, expected);
    assertThat(Files.exists(document) ? Files.readString(document) : "")
        .as("%s is made from the cases; copy %s over it", document, written)
        .isEqualTo(expected);
  }

  @AfterAll
  static void report() throws IOException, InterruptedException {
    remote.close();
    List<String> rows = new ArrayList<>();
    for (CorpusCase one : CASES) {
      Result result = result(one);
      String outcome =
          result.refused().isEmpty()
              ? result.buildahRefused().isEmpty()
                  ? result.differences().isEmpty()
                      ? "same"
                      : result.differences().size() + " named: " + result.differences().keySet()
                  : "built, refused by buildah"
              : result.buildahRefused().isEmpty() ? "refused, built by buildah" : "both refuse";
      rows.add("| " + one.id() + " | " + outcome + " |");
    }
    Files.writeString(
        Machine.tree().resolve("it/target/corpus.md"),
        buildahVersion + "\n\n| case | result |\n|---|---|\n" + String.join("\n", rows) + "\n");
  }
}
