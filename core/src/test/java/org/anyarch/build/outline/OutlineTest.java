package org.anyarch.build.outline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.junit.jupiter.api.Test;

final class OutlineTest {
  private static final String TEXT =
      """
      # VERSION of the base
      ARG VERSION=12
      ARG UNUSED=1
      # base what all stages need
      FROM debian:${VERSION} AS base
      ARG MIRROR=deb.example.org/$VERSION
      # tools for the build
      FROM base AS tools
      # LEVEL how much
      ARG LEVEL
      FROM scratch AS other
      ARG OTHER=1
      FROM scratch
      ARG VERSION
      COPY --from=tools /a /b
      """;

  private static Containerfile file() throws ContainerfileException {
    return Containerfile.parse(TEXT, "Containerfile");
  }

  @Test
  void stagesAreTargetsWithWhatTheirCommentsSay() throws ContainerfileException {
    List<Target> targets = Target.of(file());

    assertThat(targets).extracting(Target::name).containsExactly("base", "tools", "other", "");
    assertThat(targets)
        .extracting(Target::description)
        .containsExactly("what all stages need", "for the build", "", "");
    assertThat(targets).extracting(Target::isDefault).containsExactly(false, false, false, true);
    assertThat(targets.getFirst().base()).isEqualTo("debian:${VERSION}");
  }

  @Test
  void anOutlineHasWhatTheStageAndThoseItNeedsTake() throws ContainerfileException {
    Outline outline = Outline.of(file(), "", Map.of("LEVEL", "3"));

    assertThat(outline.arguments())
        .extracting(a -> a.name() + "|" + a.value() + "|" + a.description())
        .containsExactly(
            "VERSION|12|of the base", "MIRROR|deb.example.org/12|", "LEVEL|3|how much");
    assertThat(Outline.of(file(), "other", Map.of()).arguments())
        .extracting(Outline.Argument::name)
        .containsExactly("OTHER");
    assertThat(Outline.of(file(), "1", Map.of()).description()).isEqualTo("for the build");
    assertThatThrownBy(() -> Outline.of(file(), "none", Map.of()))
        .hasMessageContaining("no stage none");
  }

  @Test
  void secretsAreThoseOfTheMountsHoweverTheyAreWritten() throws ContainerfileException {
    Outline outline =
        Outline.of(
            Containerfile.parse(
                """
                FROM scratch AS tools
                ARG WHICH=inner
                RUN --mount=type=secret,id=$WHICH,required x
                FROM scratch
                RUN --mount=type=bind,from=tools,target=/t --network=none \\
                  --mount=type=secret,"id=a b",env=A --mount=TYPE=secret,src=c,required=1 \\
                  "--mount=type=secret,id=none" x
                RUN --mount=type=ssh --mount=type=secret,target=/run/d x --mount=type=secret,id=no
                RUN --mount=type=secret,id=c,required=false <<E
                E
                """,
                "Containerfile"),
            "",
            Map.of());

    assertThat(outline.secrets())
        .extracting(n -> n.name() + " " + n.isRequired())
        .containsExactly("inner true", "a b false", "c true", "d false");
    assertThat(outline.agents()).extracting(Outline.Needed::name).containsExactly("default");
  }
}
