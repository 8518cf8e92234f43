package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.anyarch.oci.Digest;

final class DpkgDatabaseProperties {
  /// An image's database is a stranger's text.
  @Property(tries = 200)
  void anyTextIsADatabase(
      @ForAll @StringLength(max = 200) @CharRange(from = '\n', to = '~') String text,
      @ForAll @StringLength(max = 40) @CharRange(from = '\n', to = '~') String sums)
      throws IOException {
    Path root = Files.createTempDirectory("dpkg");
    Path folder = Files.createDirectories(root.resolve("var/lib/dpkg"));
    Path status = folder.resolve("status");
    Path file = Files.createDirectories(folder.resolve("info")).resolve("x.md5sums");
    String stanza = "Package: x\nStatus: install ok installed\n" + text;
    Files.writeString(status, stanza, StandardCharsets.ISO_8859_1);
    Files.writeString(file, sums, StandardCharsets.ISO_8859_1);
    try {
      DpkgDatabase database = DpkgDatabase.of(new RootFiles(root)).orElseThrow();
      assertThat(database.identity())
          .isEqualTo(Digest.ofSha256(stanza.getBytes(StandardCharsets.ISO_8859_1)));
      for (DpkgDatabase.Installed found : database.find("x").stream().toList()) {
        assertThat(database.digests(found).values()).allMatch(digest -> digest.length() == 32);
      }
      assertThat(database.library("/")).isEmpty();
    } finally {
      for (Path path : new Path[] {file, file.getParent(), status}) {
        Files.delete(path);
      }
      for (Path path = folder; !path.equals(root.getParent()); path = path.getParent()) {
        Files.delete(path);
      }
    }
  }
}
