package org.anyarch.build.plan;

import static org.anyarch.build.plan.TestPlans.AMD64;
import static org.anyarch.build.plan.TestPlans.ARM_V7;
import static org.anyarch.build.plan.TestPlans.only;
import static org.anyarch.build.plan.TestPlans.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.plan.PlannedStep.CopyStep;
import org.anyarch.build.plan.PlannedStep.RunStep;
import org.anyarch.build.plan.PlannedStep.WorkdirStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlannerTest {
  @Test
  void onlyStagesThatAreNeededArePlannedAndInOrder() throws ContainerfileException {
    Plan plan =
        plan(
            "FROM scratch AS a",
            "FROM missing AS unused",
            "FROM a AS b",
            "FROM scratch",
            "COPY --from=b /x /y",
            "COPY --from=0 /x /z");

    assertThat(plan.stages()).extracting(PlannedStage::name).containsExactly("a", "b", "stage-3");
    assertThat(plan.stages().get(1).base()).isEqualTo(new BaseReference.Stage(0));
  }

  @Test
  void anyStageCanBeTheTarget() throws ContainerfileException {
    String[] file = {"FROM scratch AS a", "FROM missing"};

    assertThat(plan("a", Map.of(), file).stages()).hasSize(1);
    assertThat(plan("0", Map.of(), file).stages()).hasSize(1);
    assertThatThrownBy(() -> plan("x", Map.of(), file)).hasMessageContaining("no stage x");
  }

  @Test
  void aBaseThatCannotBeHadIsToldWithTheLineOfItsFrom() {
    assertThatThrownBy(() -> plan("FROM scratch", "FROM missing"))
        .hasMessageStartingWith("Containerfile:2:")
        .hasMessageContaining("FROM missing: no such image for linux/arm/v7")
        .hasCauseInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "TARGETPLATFORM, linux/arm/v7",
    "TARGETOS, linux",
    "TARGETARCH, arm",
    "TARGETVARIANT, v7",
    "BUILDPLATFORM, linux/amd64",
    "BUILDOS, linux",
    "BUILDARCH, amd64",
    "BUILDVARIANT, ''",
    "TARGETSTAGE, default",
  })
  void automaticArgumentsNeedAnArgToBeSeen(String name, String value)
      throws ContainerfileException {
    RunStep seen = only(plan("FROM scratch", "ARG " + name, "RUN x"), RunStep.class);
    RunStep unseen = only(plan("FROM scratch", "RUN x"), RunStep.class);

    assertThat(seen.environment()).containsEntry(name, value);
    assertThat(unseen.environment()).doesNotContainKey(name);
  }

  @Test
  void fromSeesGlobalAndAutomaticArguments() throws ContainerfileException {
    Plan plan =
        plan(
            "",
            Map.of("V", "2"),
            "ARG V=1",
            "ARG NAME=i:$V",
            "FROM --platform=$BUILDPLATFORM $NAME-$TARGETARCH",
            "ARG V",
            "LABEL v=$V");

    assertThat(plan.stages().getFirst().base()).isEqualTo(new BaseReference.Image("i:2-arm"));
    assertThat(plan.stages().getFirst().platform()).isEqualTo(AMD64);
    assertThat(plan.stages().getFirst().result().parameters().labels()).containsEntry("v", "2");
  }

  @Test
  void aGlobalArgumentIsNotSeenInAStageThatDoesNotAskForIt() throws ContainerfileException {
    Plan plan = plan("ARG V=1", "FROM scratch", "LABEL v=x$V");

    assertThat(plan.stages().getFirst().result().parameters().labels()).containsEntry("v", "x");
  }

  @Test
  void environmentWinsOverArgumentsAndOneLineSeesTheOneBefore() throws ContainerfileException {
    Plan plan =
        plan("", Map.of("A", "arg"), "FROM scratch", "ENV A=env", "ARG A", "ENV A=x B=$A", "RUN x");

    assertThat(only(plan, RunStep.class).environment())
        .containsEntry("A", "x")
        .containsEntry("B", "env")
        .containsKey("PATH");
  }

  @Test
  void aBuildArgumentThatNothingAsksForIsAWarning() throws ContainerfileException {
    assertThat(plan("", Map.of("X", "1", "HTTP_PROXY", "p"), "FROM scratch").warnings())
        .hasSize(1)
        .first()
        .asString()
        .contains("X");
  }

  @Test
  void runStepsHaveFolderUserAndWholeEnvironment() throws ContainerfileException {
    RunStep run = only(plan("FROM i", "RUN a && b"), RunStep.class);

    assertThat(run.argv()).containsExactly("/bin/sh", "-c", "a && b");
    assertThat(run.workingDir()).isEqualTo("/base");
    assertThat(run.user()).isEqualTo("nobody");
    assertThat(run.environment()).containsEntry("PATH", "/opt/bin").containsEntry("BASE", "i");
    assertThat(run.makesLayer()).isTrue();
  }

  @Test
  void aWorkdirIsMadeForItsUser() throws ContainerfileException {
    WorkdirStep step = only(plan("FROM i", "WORKDIR a/../b"), WorkdirStep.class);

    assertThat(step.dir()).isEqualTo("/base/b");
    assertThat(step.user()).isEqualTo("nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "COPY a /b, a, /b",
    "COPY /a b/, a, /base/b/",
    "COPY ./a/../../b ., b, /base/",
    "COPY a $BASE, a, /base/i",
  })
  void pathsOfCopyAreResolved(String line, String source, String destination)
      throws ContainerfileException {
    CopyStep copy = only(plan("FROM i", line), CopyStep.class);

    assertThat(copy.sources()).containsExactly(source);
    assertThat(copy.destination()).isEqualTo(destination);
    assertThat(copy.source()).isEqualTo(new CopySource.Context());
  }

  @Test
  void copyFromAnImageOrALaterStage() throws ContainerfileException {
    assertThat(only(plan("FROM scratch", "COPY --from=oci:x /a /b"), CopyStep.class).source())
        .isEqualTo(new CopySource.Image(new BaseReference.Image("oci:x")));
    assertThatThrownBy(() -> plan("FROM scratch AS a", "COPY --from=later a b", "FROM a AS later"))
        .hasMessageContaining("--from=later names no earlier stage");
  }

  @ParameterizedTest
  @CsvSource({
    "EXPOSE 70000, 70000",
    "EXPOSE 80/x, 80/x",
    "EXPOSE 9-1, 9-1",
    "STOPSIGNAL hang up, hang up",
    "USER $NONE, USER",
    "WORKDIR $NONE, WORKDIR",
  })
  void valuesThatMakeNoSenseAreRefusedWithTheirPlace(String line, String what) {
    assertThatThrownBy(() -> plan("FROM scratch", line))
        .hasMessageStartingWith("Containerfile:2:")
        .hasMessageContaining(what);
  }

  @Test
  void equalInputGivesEqualPlans() throws ContainerfileException {
    String[] file = {"FROM i", "ARG A=1", "ENV B=2 C=3", "RUN x", "COPY a b"};

    assertThat(plan(file)).isEqualTo(plan(file));
  }

  @Test
  void triggersOfAnImageRunFirstAndOnlyOnce() throws ContainerfileException {
    Plan plan = plan("FROM triggers AS a", "RUN x", "FROM a");

    PlannedStage first = plan.stages().getFirst();
    assertThat(first.steps())
        .extracting(s -> s.getClass().getSimpleName())
        .containsExactly("MetadataStep", "CopyStep", "RunStep");
    assertThat(first.result().parameters().variables()).containsEntry("FIRED", "triggers");
    assertThat(first.result().parameters().onBuild()).isEmpty();
    assertThat(plan.stages().getLast().steps()).isEmpty();
    assertThat(only(plan, CopyStep.class).documents())
        .containsExactly(
            new InlineFile("E F", "one $BASE\n"), new InlineFile("G", "triggers \"$x\"\n"));
  }

  @Test
  void triggersOfAStageRunInStagesMadeFromIt() throws ContainerfileException {
    Plan plan = plan("FROM scratch AS a", "ONBUILD ENV A=1", "ONBUILD RUN <<E", "x", "E", "FROM a");

    assertThat(plan.stages().getFirst().result().parameters().onBuild())
        .containsExactly("ENV A=1", "RUN <<E\nx\nE");
    assertThat(plan.stages().getFirst().steps()).isEmpty();
    assertThat(only(plan, RunStep.class).argv()).containsExactly("/bin/sh", "-c", "x\n");
    assertThat(plan.stages().getLast().result().parameters().variables()).containsEntry("A", "1");
    assertThat(plan.stages().getLast().result().parameters().onBuild()).isEmpty();
  }

  @Test
  void scriptsAreRunFromTheirPlaceByTheShell() throws ContainerfileException {
    RunStep run =
        only(
            plan("FROM scratch", "SHELL [\"/s\"]", "RUN <<-E", "\t#!/x", "\ty", "E"),
            RunStep.class);
    RunStep script = only(plan("FROM scratch", "RUN <<E", "#!/x", "y", "E"), RunStep.class);

    assertThat(run.argv()).containsExactly("/s", "#!/x\ny\n");
    assertThat(script.argv()).containsExactly("/bin/sh", "-c", "/dev/pipes/E");
    assertThat(script.scripts()).containsExactly(new InlineFile("E", "#!/x\ny\n"));
  }

  private static Plan named(String... lines) throws ContainerfileException {
    return Planner.plan(
        Containerfile.parse(String.join("\n", lines), "Containerfile"),
        new PlanRequest(
            ARM_V7,
            AMD64,
            Map.of(),
            "",
            TestPlans::images,
            Set.of("folder", "library-folder"),
            Set.of("image")));
  }

  @Test
  void aNamedFolderIsABaseWithOneLayer() throws ContainerfileException {
    Plan plan = named("FROM docker.io/library/folder:latest", "USER 1");

    assertThat(plan.stages().getFirst().base()).isEqualTo(new BaseReference.Scratch());
    CopyStep step = only(plan, CopyStep.class);
    assertThat(step.source()).isEqualTo(new CopySource.Folder("folder"));
    assertThat(step.sources()).containsExactly(".");
    assertThat(step.destination()).isEqualTo("/");
    assertThat(plan.stages().getFirst().result().parameters().user()).isEqualTo("1");
  }

  /// As with BuildKit: `--build-context STAGE=…` is what the stage would have become.
  @Test
  void aNamedContextTakesThePlaceOfAStage() throws ContainerfileException {
    Plan plan =
        named(
            "FROM missing AS Image",
            "RUN never",
            "FROM missing AS folder",
            "RUN never",
            "FROM image AS third",
            "COPY --from=folder /a /b",
            "COPY --from=image /a /b");

    PlannedStage last = plan.stages().getLast();
    assertThat(plan.stages()).hasSize(1);
    assertThat(last.base()).isEqualTo(new BaseReference.Image("image"));
    assertThat(last.steps())
        .extracting(step -> ((CopyStep) step).source())
        .containsExactly(
            new CopySource.Folder("folder"),
            new CopySource.Image(new BaseReference.Image("image")));
    assertThat(named("FROM missing AS folder", "RUN never").stages().getFirst().steps()).hasSize(1);
  }
}
