package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Native twins from the archive that a root's own apt uses: the base image has none. Needs
/// Debian's archive.
final class ArchiveTwinsIT {
  /// Where `debian-root` takes packages from.
  private static final String SOURCES =
      """
      RUN chmod 1777 /tmp && cat > /etc/apt/sources.list <<END && apt-get update
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm-updates main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main
      END
      """;

  /// The last step is followed until the packages are there, however slow the archive is.
  private static final String INSTALL =
      SOURCES
          + """
      RUN apt-get install -y --no-install-recommends m4
      RUN for name in dash m4; do until grep -q ld/$name /dev/.anyarch/step/table; do :; done; done
      """;

  private static final String COUNT =
      "RUN i=0; while [ $i -lt 40 ]; do echo \"eval($i * $i)\" | m4; i=$((i + 1)); done > /squares\n";

  /// Its shell, which is the base image's, and m4.
  private static final String ALL_NATIVE = "done in [0-9.]+ s, 41 programs, 100 % native";

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.alone(
        actor,
        "dash,coreutils,sed,grep,tar,diffutils,libc-bin,dpkg,apt,gpgv,debian-archive-keyring",
        "bookworm");
  }

  private static Outcome build(String steps, String... options)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../alone " + steps);
    String[] words = new String[options.length + 6];
    words[0] = "build";
    System.arraycopy(options, 0, words, 1, options.length);
    words[words.length - 5] = "--metadata-file=made.json";
    words[words.length - 4] = "--platform=linux/arm64";
    words[words.length - 3] = "-o";
    words[words.length - 2] = "oci:out";
    words[words.length - 1] = "app";
    return Images.succeed(actor.anyarch(Map.of("ANYARCH_SELF_CHECK", "0"), "", words));
  }

  @Test
  void whatAStepInstallsHasTwinsInTheNext() throws IOException, InterruptedException {
    assertThat(build("\n" + INSTALL + COUNT).err()).containsPattern(ALL_NATIVE);

    assertThat(Files.readString(actor.folder().resolve("made.json")))
        .contains("\"m4\"", "\"dash\"");
    assertThat(Images.succeed(actor.anyarch("cache", "du")).out())
        .containsPattern("twin .*native twins: m4_[^ ]*_" + TwinBase.OWN + ".deb");
    assertThat(Images.succeed(actor.anyarch("cache", "check")).err()).doesNotContain("removed");
  }

  @Test
  void itComesToTheSameAsEmulated() throws IOException, InterruptedException {
    String steps = "AS installed\n" + INSTALL + "FROM installed AS counted\n" + COUNT;
    String digest = build(steps).out();

    Outcome emulated = build(steps, "--no-cache-filter=counted", "--accelerate=off");

    assertThat(emulated.err()).contains("counted 1/1] done in").doesNotContain("native");
    assertThat(emulated.out()).isEqualTo(digest);
  }

  @Test
  void aStepWithoutANetworkOrListsUsesWhatIsKnown() throws IOException, InterruptedException {
    Outcome built =
        build(
            "\n"
                + INSTALL
                + "RUN rm -r /var/lib/apt/lists\n"
                + COUNT.replace("RUN", "RUN --network=none"));

    assertThat(built.err()).containsPattern(ALL_NATIVE);
  }
}
