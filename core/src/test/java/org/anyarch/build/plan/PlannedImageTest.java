package org.anyarch.build.plan;

import static org.anyarch.build.plan.TestPlans.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.oci.Healthcheck;
import org.anyarch.oci.ImageConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What plans say of the image that a stage becomes.
final class PlannedImageTest {
  @Test
  void aCommandOfTheBaseGoesWithItsEntrypoint() throws ContainerfileException {
    ExecutionParameters kept = plan("FROM i", "USER u").stages().getFirst().result().parameters();
    ExecutionParameters own =
        plan("FROM i", "ENTRYPOINT [\"e\"]").stages().getFirst().result().parameters();
    ExecutionParameters both =
        plan("FROM i", "CMD [\"c\"]", "ENTRYPOINT e").stages().getFirst().result().parameters();

    assertThat(kept.cmd()).containsExactly("default");
    assertThat(kept.user()).isEqualTo("u");
    assertThat(own.entrypoint()).containsExactly("e");
    assertThat(own.cmd()).isEmpty();
    assertThat(both.cmd()).containsExactly("c");
    assertThat(both.entrypoint()).containsExactly("/bin/sh", "-c", "e");
  }

  @Test
  void settingsAddToThoseOfTheBase() throws ContainerfileException {
    ExecutionParameters result =
        plan(
                "FROM i",
                "ENV NEW=\"a b\"",
                "LABEL m=own",
                "EXPOSE 80 53/udp 7000-7002",
                "VOLUME [\"/data\", \"/more\"]",
                "STOPSIGNAL 9",
                "WORKDIR sub",
                "SHELL [\"/bin/ash\"]")
            .stages()
            .getFirst()
            .result()
            .parameters();

    assertThat(result.variables()).containsEntry("BASE", "i").containsEntry("NEW", "a b");
    assertThat(result.labels()).containsEntry("l", "base").containsEntry("m", "own");
    assertThat(result.exposedPorts())
        .containsExactly("1/tcp", "53/udp", "7000/tcp", "7001/tcp", "7002/tcp", "80/tcp");
    assertThat(result.volumes()).containsExactly("/data", "/more");
    assertThat(result.stopSignal()).isEqualTo("9");
    assertThat(result.workingDir()).isEqualTo("/base/sub");
    assertThat(result.shell()).containsExactly("/bin/ash");
  }

  @Test
  void healthChecksAreWrittenOrSwitchedOff() throws ContainerfileException {
    Healthcheck check =
        plan("FROM scratch", "HEALTHCHECK --retries=2 CMD [\"a\"]")
            .stages()
            .getFirst()
            .result()
            .parameters()
            .healthcheck()
            .orElseThrow();

    assertThat(check.test()).containsExactly("CMD", "a");
    assertThat(check.retries()).isEqualTo(2);
    assertThat(
            plan("FROM scratch", "HEALTHCHECK CMD a b", "HEALTHCHECK NONE")
                .stages()
                .getFirst()
                .result()
                .parameters()
                .healthcheck())
        .contains(Healthcheck.NONE);
  }

  @Test
  void portsMayComeFromOneVariableAndHaveAddresses() throws ContainerfileException {
    ImageConfig result =
        plan(
                "FROM scratch",
                "ENV P=\"80 90/UDP\"",
                "EXPOSE $P 127.0.0.1:8080:70",
                "MAINTAINER me $P")
            .stages()
            .getFirst()
            .result();

    assertThat(result.parameters().exposedPorts()).containsExactly("70/tcp", "80/tcp", "90/udp");
    assertThat(result.author()).isEqualTo("me $P");
  }

  @ParameterizedTest
  @CsvSource({
    "SIGTERM, true", "term, true", "sigRtMin+3, true", "RTMAX-14, true", "9, true", "64, true",
    "FOO, false", "RTMIN+16, false", "0, false", "65, false", "-1, false", "SIGSIGTERM, false",
  })
  void stopSignalsAreThoseOfLinuxInAnyCase(String signal, boolean known)
      throws ContainerfileException {
    if (known) {
      assertThat(
              plan("FROM scratch", "STOPSIGNAL " + signal)
                  .stages()
                  .getFirst()
                  .result()
                  .parameters()
                  .stopSignal())
          .isEqualTo(signal);
    } else {
      assertThatThrownBy(() -> plan("FROM scratch", "STOPSIGNAL " + signal))
          .hasMessageContaining("is no signal");
    }
  }
}
