package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs scripts in a root of Debian 13 for arm64, once with native twins from the archive and once
/// emulated: what comes out has to be the same to the byte.
///
/// @param actor has the scripts, and what they need, in its folder `app`
/// @param ready patterns of grep, for what the table of twins has before a script is run
record BothWays(Actor actor, List<String> ready) {
  static BothWays make(String... ready) throws IOException, InterruptedException {
    Actor actor = Machine.root();
    TwinBase.alone(
        actor,
        "base-files,dash,coreutils,sed,grep,gcc,g++,libc6-dev,libc-bin,dpkg,apt,sqv,debian-archive-keyring",
        "trixie");
    return new BothWays(actor, List.of(ready));
  }

  /// @param twins that the image was made with, as `--metadata-file` says it
  void areTheSame(String script, String... twins) throws IOException, InterruptedException {
    Outcome built = build(script);

    assertThat(Files.readString(actor.folder().resolve("made.json"))).contains(twins);
    assertThat(build(script, "--no-cache-filter=tried", "--accelerate=off").out())
        .as("image; %s", built.err())
        .isEqualTo(built.out());
  }

  private Outcome build(String script, String... options) throws IOException, InterruptedException {
    actor.write(
        "app/Containerfile",
        """
      FROM oci:../alone AS ready
      RUN chmod 1777 /tmp && cat > /etc/apt/sources.list <<END && apt-get update
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-updates main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security trixie-security main
      END
      RUN for name in %s; do timeout 300 sh -c "until grep -q 'ld/.*$name' /dev/.anyarch/step/table; do :; done" || { echo "no twin of $name"; exit 1; }; done
      FROM ready AS tried
      COPY . /src/
      RUN sh /src/%s
      """
            .formatted(String.join(" ", ready), script));
    List<String> words =
        new ArrayList<>(
            List.of(
                "build", "--metadata-file=made.json", "--platform=linux/arm64", "-o", "oci:out"));
    words.addAll(List.of(options));
    words.add("app");
    return Images.succeed(
        actor.anyarch(Map.of("ANYARCH_SELF_CHECK", "0"), "", words.toArray(String[]::new)));
  }
}
