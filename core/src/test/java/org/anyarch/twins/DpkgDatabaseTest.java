package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DpkgDatabaseTest {
  private static final String STATUS =
      """
      Package: tar
      Status: install ok installed
      Architecture: arm64
      Version: 1.34+dfsg-1.2+deb12u1
      Description: archiver
       Package: not-a-field

      Package: gone
      Status: deinstall ok config-files
      Architecture: arm64
      Version: 1

      Package: libc6
      Status: install ok installed
      Architecture: arm64
      Multi-Arch: same
      Version: 2.36

      Package: twice
      Status: install ok installed
      Architecture: arm64
      Version: 1

      Package: twice
      Status: install ok installed
      Architecture: amd64
      Version: 1
      """;

  @TempDir Path root;

  private DpkgDatabase database() throws IOException {
    Path info = Files.createDirectories(root.resolve("var/lib/dpkg/info"));
    Files.writeString(info.resolveSibling("status"), STATUS);
    Files.writeString(
        info.resolve("tar.md5sums"),
        "0123456789abcdef0123456789abcdef  bin/tar\nnonsense\nffff  usr/short\n");
    Files.writeString(
        info.resolve("libc6:arm64.md5sums"),
        "fedcba9876543210fedcba9876543210  usr/lib/aarch64-linux-gnu/libc.so.6\n");
    return DpkgDatabase.of(root).orElseThrow();
  }

  @Test
  void whatIsInstalledIsFound() throws IOException {
    DpkgDatabase database = database();

    assertThat(database.find("tar"))
        .hasValue(new DpkgDatabase.Installed("tar", "1.34+dfsg-1.2+deb12u1", "arm64"));
    assertThat(database.find("gone")).isEmpty();
    assertThat(database.find("twice")).isEmpty();
    assertThat(database.find("not-a-field")).isEmpty();
  }

  @Test
  void digestsAndOwnersOfFiles() throws IOException {
    DpkgDatabase database = database();

    assertThat(database.digests(database.find("tar").orElseThrow()))
        .isEqualTo(Map.of("/bin/tar", "0123456789abcdef0123456789abcdef"));
    assertThat(database.owner("/usr/bin/tar")).isEqualTo(database.find("tar"));
    assertThat(database.owner("/lib/aarch64-linux-gnu/libc.so.6"))
        .isEqualTo(database.find("libc6"));
    assertThat(database.owner("/usr/bin/other")).isEmpty();
  }

  @Test
  void aRootWithoutOneHasNone() throws IOException {
    assertThat(DpkgDatabase.of(root)).isEmpty();
    Files.createDirectories(root.resolve("var/lib/dpkg/status"));
    assertThat(DpkgDatabase.of(root)).isEmpty();
  }

  @Test
  void aLinkToAFileOutsideOfTheRootIsNotFollowed() throws IOException {
    Path outside = Files.writeString(root.resolve("outside"), STATUS);
    Path guest = Files.createDirectories(root.resolve("guest/var/lib/dpkg"));
    Files.createSymbolicLink(guest.resolve("status"), outside);
    assertThat(DpkgDatabase.of(root.resolve("guest"))).isEmpty();
  }
}
