package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootPathTest {
  @TempDir Path root;

  @BeforeEach
  void makeLinks() throws IOException {
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createDirectories(root.resolve("var/log"));
    link("bin", "usr/bin");
    link("abs", "/usr/bin");
    link("up", "../../../../etc/passwd");
    link("usr/back", "../var");
    link("chain", "abs/../back/log");
    link("dangling", "no/such");
    link("one", "two");
    link("two", "one");
    link("self", ".");
    link("top", "/");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }

  @ParameterizedTest
  @CsvSource({
    "/, ''",
    "'', ''",
    "., ''",
    ".., ''",
    "../../x, x",
    "usr/bin, usr/bin",
    "//usr//./bin/, usr/bin",
    "bin, usr/bin",
    "bin/sh, usr/bin/sh",
    "bin/.., usr",
    "abs/sh, usr/bin/sh",
    "up, etc/passwd",
    "usr/back/log, var/log",
    "chain, var/log",
    "dangling, no/such",
    "dangling/x, no/such/x",
    "new/../other, other",
    "self/self/self/bin, usr/bin",
    "top/top/usr, usr",
  })
  void leadsWhereItWouldAfterChroot(String path, String inside) throws IOException {
    assertThat(RootPath.resolve(root, path)).isEqualTo(root.resolve(inside));
  }

  @ParameterizedTest
  @CsvSource({"bin, bin", "top/bin, bin", "abs/, abs", "usr/back/x, var/x", "up, up", "one, one"})
  void resolvesAllButTheLastPart(String path, String inside) throws IOException {
    assertThat(RootPath.resolveParent(root, path)).isEqualTo(root.resolve(inside));
  }

  @Test
  void linksInACircleAreRefused() {
    assertThatThrownBy(() -> RootPath.resolve(root, "one"))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("'one'")
        .hasMessageContaining("circle");
    assertThatThrownBy(() -> RootPath.resolveParent(root, "one/x"))
        .isInstanceOf(OciException.class);
  }

  @Test
  void pathsLongerThanAnyFileCanHaveAreRefused() {
    assertThatThrownBy(() -> RootPath.resolve(root, "d/".repeat(500_000)))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("longer");
  }

  @Test
  void aZeroByteIsRefused() {
    assertThatThrownBy(() -> RootPath.resolve(root, "a\0b"))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("cannot be a file name");
  }
}
