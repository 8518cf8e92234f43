package org.anyarch.it;

import static org.anyarch.it.CachedApp.CONTAINERFILE;
import static org.anyarch.it.CachedApp.OWN;
import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.anyarch.it.CachedApp.ran;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which steps run again.
final class CacheKeysIT {
  static List<Actor> actors() {
    return Machine.actors();
  }

  @Test
  void whatMountsShowCountsByContentAndSecretsDoNot() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    actor.write("named/file", "one");
    actor.write("secret", "one");
    actor.write(
        "app/Containerfile",
        """
        FROM oci:../base
        RUN --mount=type=secret,id=s test -s /run/secrets/s
        RUN --mount=type=bind,from=named,target=/m cat /m/file > /from-named
        RUN --mount=type=bind,source=data,target=/m cat /m/file > /from-context
        COPY --link --from=named file /linked
        """);
    String[] more = {"--build-context", "named=named", "--secret", "id=s,src=secret"};
    assertThat(build(actor, more).err()).contains("1/4] done in").contains("4/4] done in");

    actor.write("secret", "two");
    actor.write("app/other", "not shown");
    assertThat(build(actor, more).err()).doesNotContain("done in");

    actor.write("app/data/file", "two");
    assertThat(build(actor, more).err())
        .contains("2/4] CACHED")
        .contains("3/4] done in")
        .contains("4/4] CACHED");

    actor.write("named/file", "two");
    assertThat(build(actor, more).err())
        .contains("1/4] CACHED")
        .contains("2/4] done in")
        .contains("3/4] done in")
        .contains("4/4] done in");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void aStepRunsAgainIfWhatItDependsOnChanged(Actor actor)
      throws IOException, InterruptedException {
    prepared(actor);
    Path file = actor.folder().resolve("app/data/file");

    Outcome first = build(actor);
    assertThat(ran(first)).containsExactly(1, 2, 3, 4);
    assertThat(first.err()).doesNotContain("CACHED");

    Outcome same = build(actor);
    assertThat(ran(same)).isEmpty();
    assertThat(same.err()).contains("tools 1/1] CACHED RUN").doesNotContain("done in");
    assertThat(same.out()).isEqualTo(first.out());

    Processes.must(actor.folder(), "touch", "-d", "2001-01-01", file.toString());
    assertThat(ran(build(actor))).isEmpty();

    Processes.must(actor.folder(), "chmod", "711", file.toString());
    assertThat(ran(build(actor))).containsExactly(1, 2, 3, 4);

    // What was, is kept.
    Processes.must(actor.folder(), "chmod", "644", file.toString());
    assertThat(ran(build(actor))).isEmpty();

    actor.write("app/data/file", "CONTENT");
    Outcome changed = build(actor);
    assertThat(ran(changed)).containsExactly(1, 2, 3, 4);
    assertThat(changed.out()).isNotEqualTo(first.out());

    assertThat(ran(build(actor, "--build-arg", "VALUE=2"))).containsExactly(2, 3, 4);

    actor.write(
        "app/Containerfile",
        "# a comment\n" + CONTAINERFILE.replace("RUN echo $V", "RUN echo  $V"));
    assertThat(ran(build(actor))).containsExactly(4);

    actor.write("app/Containerfile", CONTAINERFILE.replace("echo tool", "echo other"));
    assertThat(ran(build(actor))).containsExactly(3, 4);
  }

  @Test
  void noCacheRunsWhatItIsToldToAndWhatDependsOnIt() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    Outcome first = build(actor);

    Outcome filtered = build(actor, "--no-cache-filter", "tools");
    assertThat(filtered.err()).contains("tools 1/1] done in");
    assertThat(ran(filtered)).containsExactly(3, 4);
    assertThat(filtered.out()).isEqualTo(first.out());
    assertThat(build(actor).err()).doesNotContain("done in");

    Outcome none = build(actor, "--no-cache");
    assertThat(none.err()).doesNotContain("CACHED");
    assertThat(none.out()).isEqualTo(first.out());

    Outcome wrong =
        Images.build(actor, "result", List.of(OWN), "app", "--no-cache-filter", "toolz");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("toolz");
  }
}
