package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.BuildException;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.containerfile.RunFlags;
import org.anyarch.build.plan.PlannedStep.RunStep;
import org.anyarch.build.plan.RunSetup;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.twins.Mode;
import org.junit.jupiter.api.Test;

final class RunSettingsTest {
  private static final Platform FOREIGN =
      Guest.named("s390x").flatMap(Guest::platform).orElseThrow();

  private static final RunStep STEP =
      new RunStep(
          new Location("Containerfile", 1, 1),
          "RUN true",
          "",
          List.of("/bin/true"),
          Map.of(),
          "/",
          "",
          new RunSetup(List.of(), RunFlags.Network.DEFAULT, RunFlags.Security.SANDBOX),
          List.of());

  private static List<String> text(Mode mode, Platform platform) throws BuildException {
    RunSettings standard = RunSettings.DEFAULT;
    return new RunSettings(
            Map.of(),
            Map.of(),
            Map.of(),
            standard.allowed(),
            standard.standard(),
            Optional.empty(),
            standard.resources(),
            mode,
            standard.inspection())
        .text(STEP, platform);
  }

  @Test
  void exactTwinsAreNothingThatAResultDependsOn() throws BuildException {
    assertThat(text(Mode.EXACT, FOREIGN)).isEqualTo(text(Mode.OFF, FOREIGN));
  }

  @Test
  void whatCompatibleTwinsMayMakeDifferentIsKeptApart() throws BuildException {
    assertThat(text(Mode.COMPATIBLE, FOREIGN)).isNotEqualTo(text(Mode.EXACT, FOREIGN));
    assertThat(text(Mode.COMPATIBLE, Platform.host())).isEqualTo(text(Mode.EXACT, Platform.host()));
  }
}
