package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.containerfile.RunFlags;
import org.anyarch.build.plan.CopyOptions;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.InlineFile;
import org.anyarch.build.plan.PlannedStep.CopyStep;
import org.anyarch.build.plan.PlannedStep.RunStep;
import org.anyarch.build.plan.PlannedStep.WorkdirStep;
import org.anyarch.build.plan.RunSetup;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;
import org.junit.jupiter.api.Test;

final class StepKeysTest {
  private static final Location HERE = new Location("Containerfile", 1, 1);
  private static final Location THERE = new Location("Containerfile", 7, 1);
  private static final RunSetup NO_SETUP =
      new RunSetup(List.of(), RunFlags.Network.DEFAULT, RunFlags.Security.SANDBOX);

  private static Stream<String> components(Class<?> step) {
    return Arrays.stream(step.getRecordComponents()).map(RecordComponent::getName);
  }

  /// Who adds a component to a step has to say in [StepKeys] what it does to the result.
  @Test
  void everyComponentOfAStepIsThoughtOf() {
    assertThat(components(RunStep.class))
        .containsExactly(
            "location",
            "text",
            "createdBy",
            "argv",
            "environment",
            "workingDir",
            "user",
            "setup",
            "scripts");
    assertThat(components(CopyStep.class))
        .containsExactly(
            "location",
            "text",
            "createdBy",
            "keyword",
            "source",
            "sources",
            "documents",
            "destination",
            "options");
    assertThat(components(CopyOptions.class))
        .containsExactly(
            "chown", "chmod", "link", "parents", "excludes", "checksum", "keepGitDir", "unpack");
    assertThat(components(RunSetup.class)).containsExactly("mounts", "network", "security");
    assertThat(components(WorkdirStep.class))
        .containsExactly("location", "text", "createdBy", "dir", "user");
  }

  private static RunStep run(Location place, List<String> argv, Map<String, String> environment) {
    return run(place, argv, environment, List.of());
  }

  private static RunStep run(
      Location place,
      List<String> argv,
      Map<String, String> environment,
      List<InlineFile> scripts) {
    return new RunStep(place, "RUN x", "RUN x", argv, environment, "/", "", NO_SETUP, scripts);
  }

  private static CopyStep copy(String keyword, List<InlineFile> documents, CopyOptions options) {
    return new CopyStep(
        HERE, "", "", keyword, new CopySource.Context(), List.of("a"), documents, "/", options);
  }

  private static CopyOptions options(boolean parents, List<String> excludes, String chmod) {
    return new CopyOptions(
        "", chmod, false, parents, excludes, "", Optional.empty(), Optional.empty());
  }

  @Test
  void whatDecidesTheResultDecidesTheKey() throws PlatformException {
    Platform amd64 = Platform.parse("linux/amd64");
    Platform arm64 = Platform.parse("linux/arm64");
    RunStep plain = run(HERE, List.of("a"), Map.of());
    CopyOptions usual = options(false, List.of(), "");
    CopyStep copy = copy("COPY", List.of(), usual);

    assertThat(
            List.of(
                StepKeys.of("base", amd64, plain, ""),
                StepKeys.of("base", amd64, plain, "mounts"),
                StepKeys.of("other", amd64, plain, ""),
                StepKeys.of("base", arm64, plain, ""),
                StepKeys.of("base", amd64, run(HERE, List.of("a", ""), Map.of()), ""),
                StepKeys.of("base", amd64, run(HERE, List.of("a"), Map.of("A", "b")), ""),
                StepKeys.of("base", amd64, run(HERE, List.of("a", "A", "b"), Map.of()), ""),
                StepKeys.of(
                    "base",
                    amd64,
                    run(HERE, List.of("a"), Map.of(), List.of(new InlineFile("s", "one"))),
                    ""),
                StepKeys.of(
                    "base",
                    amd64,
                    run(HERE, List.of("a"), Map.of(), List.of(new InlineFile("s", "two"))),
                    ""),
                StepKeys.of("base", amd64, copy, "files 1"),
                StepKeys.of("base", amd64, copy, "files 2"),
                StepKeys.of("base", amd64, copy("ADD", List.of(), usual), "files 1"),
                StepKeys.of(
                    "base",
                    amd64,
                    copy("COPY", List.of(new InlineFile("a", "b")), usual),
                    "files 1"),
                StepKeys.of(
                    "base",
                    amd64,
                    copy("COPY", List.of(), options(true, List.of(), "")),
                    "files 1"),
                StepKeys.of(
                    "base",
                    amd64,
                    copy("COPY", List.of(), options(false, List.of("a, b"), "")),
                    "files 1"),
                StepKeys.of(
                    "base",
                    amd64,
                    copy("COPY", List.of(), options(false, List.of("a", "b"), "")),
                    "files 1"),
                StepKeys.of(
                    "base",
                    amd64,
                    copy("COPY", List.of(), options(false, List.of(), "755")),
                    "files 1"),
                StepKeys.renewed("base", "1"),
                StepKeys.renewed("base", "2"),
                StepKeys.linked("base", "1"),
                StepKeys.linked("other", "1"),
                StepKeys.base("")))
        .doesNotHaveDuplicates();
  }

  @Test
  void whereAStepStandsDecidesNothing() throws PlatformException {
    Platform amd64 = Platform.parse("linux/amd64");

    assertThat(StepKeys.of("base", amd64, run(THERE, List.of("a"), Map.of()), ""))
        .isEqualTo(StepKeys.of("base", amd64, run(HERE, List.of("a"), Map.of()), ""));
  }
}
