package org.anyarch.build.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.anyarch.kernel.NoXattrs.UNSEEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.plan.Plan;
import org.anyarch.build.plan.PlanRequest;
import org.anyarch.build.plan.Planner;
import org.anyarch.build.solve.Solver;
import org.anyarch.build.solve.StepCache;
import org.anyarch.build.solve.Store;
import org.anyarch.oci.ImageConfig;
import org.anyarch.oci.Layout;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// None of these images' steps changes a file.
final class ImageWriterTest {
  private static final Platform ARM64 = new Platform("linux", "arm64", "");

  @TempDir Path folder;

  private String written(ImageConfig base, String... lines)
      throws IOException, ContainerfileException {
    Plan plan =
        Planner.plan(
            Containerfile.parse(String.join("\n", lines), "Containerfile"),
            new PlanRequest(ARM64, ARM64, Map.of(), "", (image, platform) -> base));
    Layout layout = Layout.create(folder.resolve("layout"));
    try (Store store = Store.open(folder.resolve("home"))) {
      ImageWriter writer =
          new ImageWriter(
              layout,
              layout.root(),
              UNSEEN,
              7,
              new StepCache(store, UNSEEN),
              new ImageOptions(Map.of("given", "1"), List.of()));
      int steps = plan.stages().getFirst().steps().size();
      Solver.Solved solved =
          new Solver.Solved(Optional.empty(), Collections.nCopies(steps, Optional.empty()));
      return new String(
          layout
              .config(layout.manifest(writer.write(plan.stages(), solved, Progress.NONE)))
              .bytes(),
          UTF_8);
    }
  }

  @Test
  void whatABaseSaysAndIsNotKnownHereSurvives() throws IOException, ContainerfileException {
    ImageConfig base =
        ImageConfig.parse(
            """
            {"architecture":"arm64","os":"linux","os.features":["f"],"docker_version":"1",
             "config":{"Env":["PATH=/p"],"Cmd":null,"Later":{"x":1},"StopSignal":"SIGINT"},
             "rootfs":{"type":"layers","diff_ids":[]},
             "history":[{"created_by":"x","author":"somebody","later":[2],"empty_layer":true}]}
            """
                .getBytes(UTF_8));

    assertThat(written(base, "FROM base", "USER u", "LABEL own=2"))
        .isEqualTo(
            "{\"created\":\"1970-01-01T00:00:07Z\",\"architecture\":\"arm64\",\"os\":\"linux\","
                + "\"os.features\":[\"f\"],\"config\":{\"User\":\"u\",\"Env\":[\"PATH=/p\"],"
                + "\"Labels\":{\"given\":\"1\",\"own\":\"2\"},\"StopSignal\":\"SIGINT\","
                + "\"Later\":{\"x\":1}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},"
                + "\"history\":[{\"created_by\":\"x\",\"author\":\"somebody\",\"later\":[2],"
                + "\"empty_layer\":true},"
                + "{\"created\":\"1970-01-01T00:00:07Z\",\"created_by\":\"USER u # buildkit\","
                + "\"empty_layer\":true},"
                + "{\"created\":\"1970-01-01T00:00:07Z\",\"created_by\":\"LABEL own=2 # buildkit\","
                + "\"empty_layer\":true}],\"docker_version\":\"1\"}");
  }

  @Test
  void anImageFromScratchSaysWhatBuildKitsDo() throws IOException, ContainerfileException {
    assertThat(written(ImageConfig.of(ARM64), "FROM scratch", "SHELL [\"/bin/sh\", \"-c\"]"))
        .contains("\"WorkingDir\":\"/\"", "\"Env\":[\"PATH=/usr/local/sbin:")
        .contains("\"Shell\":[\"/bin/sh\",\"-c\"]");
  }
}
