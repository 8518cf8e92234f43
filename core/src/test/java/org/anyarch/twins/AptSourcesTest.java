package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AptSourcesTest {
  @TempDir Path root;
  private Path apt;

  @BeforeEach
  void folders() throws IOException {
    apt = Files.createDirectories(root.resolve("etc/apt"));
    Files.createDirectories(apt.resolve("sources.list.d"));
  }

  private List<AptSources.Source> sources() throws IOException {
    return AptSources.of(new RootFiles(root));
  }

  @Test
  void linesAndStanzas() throws IOException {
    Files.writeString(
        apt.resolve("sources.list"),
        """
        # deb http://commented.example/debian bookworm main
        deb [arch=arm64 signed-by=/k.gpg] http://one.example/debian bookworm main contrib # why
        deb-src http://one.example/debian bookworm main
        deb http://flat.example/ ./
        deb file:/local bookworm main
        deb http://not\\a|uri/ bookworm main
        """);
    Files.writeString(
        apt.resolve("sources.list.d/two.sources"),
        """
        Types: deb deb-src
        URIs: https://two.example/a_b/
        Suites: bookworm
         bookworm-updates
        Components: main

        Enabled: no
        Types: deb
        URIs: http://off.example/
        Suites: bookworm
        Components: main
        """);
    Files.writeString(
        apt.resolve("sources.list.d/ignored.save"), "deb http://old.example/debian sid main\n");

    assertThat(sources())
        .containsExactly(
            new AptSources.Source(
                URI.create("http://one.example/debian/"), "bookworm", List.of("main", "contrib")),
            new AptSources.Source(
                URI.create("https://two.example/a_b/"), "bookworm", List.of("main")),
            new AptSources.Source(
                URI.create("https://two.example/a_b/"), "bookworm-updates", List.of("main")));
  }

  @Test
  void listsAreNamedAsAptNamesThem() throws IOException {
    Files.writeString(
        apt.resolve("sources.list"), "deb http://u:p@h.example:8080/a_b/c stable/updates main\n");

    assertThat(sources().getFirst().listName())
        .isEqualTo("h.example:8080_a%5fb_c_dists_stable_updates_");
  }

  @Test
  void aRootWithoutAptHasNone() throws IOException {
    assertThat(AptSources.of(new RootFiles(root.resolve("nothing")))).isEmpty();
  }

  /// Tried in every way, such a line would take hours.
  @Test
  void aLongLineOfNonsenseIsReadOnce() throws IOException {
    Files.writeString(
        apt.resolve("sources.list"),
        "deb http://one.example/ a" + " ".repeat(2_000_000) + "#\u0085\n",
        StandardCharsets.ISO_8859_1);

    assertThat(sources()).singleElement().matches(source -> source.components().isEmpty());
  }

  @Test
  void whatCannotStandInAUriIsLeftOut() throws IOException {
    Files.writeString(
        apt.resolve("sources.list"),
        """
        deb http://one.example/ a|b main
        deb http://two.example/ a%zz main
        deb http://three.example/ c ma[in contrib
        """);

    assertThat(sources())
        .containsExactly(
            new AptSources.Source(URI.create("http://three.example/"), "c", List.of("contrib")));
  }
}
