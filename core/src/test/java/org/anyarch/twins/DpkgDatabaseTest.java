package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
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
    Files.writeString(
        info.resolve("libc6:arm64.list"),
        """
        /.
        /lib
        /lib/aarch64-linux-gnu/libc.so.6
        /usr/share/doc/a.so-called
        /lib/aarch64-linux-gnu/libnss_db.so.2
        /usr/lib/aarch64-linux-gnu/libnss_db.so
        """);
    return DpkgDatabase.of(new RootFiles(root)).orElseThrow();
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
  void namesForLinkersAreNoLibraries() throws IOException {
    assertThat(database().librariesNamed("libnss_")).containsExactly("libnss_db.so.2");
  }

  @Test
  void digestsOfFilesAndOwnersOfLibraries() throws IOException {
    DpkgDatabase database = database();

    assertThat(database.digests(database.find("tar").orElseThrow()))
        .isEqualTo(Map.of("/bin/tar", "0123456789abcdef0123456789abcdef"));
    assertThat(database.library("libc.so.6")).isEqualTo(database.find("libc6"));
    assertThat(database.library("a.so-called")).isEmpty();
    assertThat(database.library("libother.so.1")).isEmpty();
  }

  @Test
  void whatARunningDpkgHasNotMergedYetCounts() throws IOException {
    database();
    Path updates = Files.createDirectories(root.resolve("var/lib/dpkg/updates"));
    Files.writeString(
        updates.resolve("0000"),
        "Package: new\nStatus: install ok unpacked\nArchitecture: arm64\nVersion: 2\n");
    Files.writeString(
        updates.resolve("0001"),
        "Package: tar\nStatus: install ok half-installed\nArchitecture: arm64\nVersion: 3\n");
    Files.writeString(updates.resolve("tmp.i"), "Package: half\n");

    DpkgDatabase database = DpkgDatabase.of(new RootFiles(root)).orElseThrow();

    assertThat(database.find("new")).hasValue(new DpkgDatabase.Installed("new", "2", "arm64"));
    assertThat(database.find("tar")).isEmpty();
    assertThat(database.find("half")).isEmpty();
  }

  @Test
  void aRootWithoutOneHasNone() throws IOException {
    assertThat(DpkgDatabase.of(new RootFiles(root))).isEmpty();
    Files.createDirectories(root.resolve("var/lib/dpkg/status"));
    assertThat(DpkgDatabase.of(new RootFiles(root))).isEmpty();
  }

  @Test
  void aLinkToAFileOutsideOfTheRootIsNotFollowed() throws IOException {
    Path outside = Files.writeString(root.resolve("outside"), STATUS);
    Path guest = Files.createDirectories(root.resolve("guest/var/lib/dpkg"));
    Files.createSymbolicLink(guest.resolve("status"), outside);
    assertThat(DpkgDatabase.of(new RootFiles(root.resolve("guest")))).isEmpty();
  }

  /// They are searched for in an archive's index, and written to a file of lines.
  @Test
  void namesAndVersionsThatAreNoneAreLeftOut() throws IOException {
    Path folder = Files.createDirectories(root.resolve("var/lib/dpkg"));
    String stanza =
        "Package: %s\nStatus: install ok installed\nArchitecture: arm64\nVersion: %s\n\n";
    Files.writeString(
        folder.resolve("status"),
        stanza.formatted("tar", "1 0123")
            + stanza.formatted("sed", "1\n injected")
            + stanza.formatted("../x", "1")
            + stanza.formatted("grep", "1"));

    DpkgDatabase database = DpkgDatabase.of(new RootFiles(root)).orElseThrow();

    assertThat(database.find("tar")).isEmpty();
    assertThat(database.find("sed")).isEmpty();
    assertThat(database.find("../x")).isEmpty();
    assertThat(database.find("grep")).isPresent();
  }

  @Test
  void noMoreIsReadThanADistributionCouldHave() throws IOException {
    database();
    Path status = root.resolve("var/lib/dpkg/status");
    Path updates = Files.createDirectories(status.resolveSibling("updates"));
    for (int i = 0; i < 3; i++) {
      try (var file = new RandomAccessFile(updates.resolve("000" + i).toFile(), "rw")) {
        file.setLength(8 << 20);
      }
    }
    assertThat(DpkgDatabase.of(new RootFiles(root))).isEmpty();

    Files.delete(updates.resolve("0002"));
    Files.delete(updates.resolve("0001"));
    assertThat(DpkgDatabase.of(new RootFiles(root))).isPresent();

    try (var file = new RandomAccessFile(status.toFile(), "rw")) {
      file.setLength(64 << 20);
    }
    assertThat(DpkgDatabase.of(new RootFiles(root))).isEmpty();
  }
}
