package org.anyarch.build.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.oci.ImageConfig;
import org.anyarch.platform.Platform;

/// Plans for tests, with images that there are.
final class TestPlans {
  static final Platform ARM_V7 = new Platform("linux", "arm", "v7");
  static final Platform AMD64 = new Platform("linux", "amd64", "");

  private TestPlans() {}

  /// Every image but `missing` has an environment, an entrypoint and a command.
  static ImageConfig images(BaseReference.Image image, Platform platform) throws IOException {
    if (image.name().equals("missing")) {
      throw new IOException("no such image for " + platform);
    }
    ExecutionParameters parameters =
        ExecutionParameters.NONE
            .withEnv(List.of("PATH=/opt/bin", "BASE=" + image.name()))
            .withUser("nobody")
            .withWorkingDir("/base")
            .withEntrypoint(List.of("/entry"))
            .withCmd(List.of("default"))
            .withLabels(Map.of("l", "base"))
            .withExposedPorts(List.of("1/tcp"))
            .withStopSignal("SIGINT")
            .withOnBuild(
                image.name().equals("triggers")
                    ? List.of(
                        "ENV FIRED=$BASE",
                        "COPY <<\"E F\" <<G /in/\none $BASE\nE F\n$BASE \"\\$x\"\nG")
                    : List.of());
    return ImageConfig.of(platform).withParameters(parameters);
  }

  static Plan plan(String target, Map<String, String> buildArgs, String... lines)
      throws ContainerfileException {
    return Planner.plan(
        Containerfile.parse(String.join("\n", lines), "Containerfile"),
        new PlanRequest(ARM_V7, AMD64, buildArgs, target, TestPlans::images));
  }

  static Plan plan(String... lines) throws ContainerfileException {
    return plan("", Map.of(), lines);
  }

  static <T extends PlannedStep> T only(Plan plan, Class<T> type) {
    List<T> found =
        plan.stages().stream()
            .flatMap(s -> s.steps().stream())
            .filter(type::isInstance)
            .map(type::cast)
            .toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
