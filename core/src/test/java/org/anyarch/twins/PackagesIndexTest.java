package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PackagesIndexTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static String stanza(String name, String architecture, String path) {
    return "Package: "
        + name
        + "\nArchitecture: "
        + architecture
        + "\nVersion: 1:2.3-4+deb12u1~x\nDescription: text\n Package: inside\nFilename: "
        + path
        + "\nSHA256: "
        + DIGEST
        + "\n\n";
  }

  private static String shortened(String packages) throws IOException {
    return PackagesIndex.shortened(
        new ByteArrayInputStream(packages.getBytes(StandardCharsets.UTF_8)), "amd64");
  }

  @Test
  void packagesOfTheArchitectureRemain() throws IOException {
    assertThat(
            shortened(
                stanza("tar", "amd64", "pool/main/t/tar/tar_1.deb")
                    + stanza("doc", "all", "pool/d/doc.deb")
                    + stanza("libz", "amd64", "pool/l/libz.deb").strip()))
        .isEqualTo(
            ("tar 1:2.3-4+deb12u1~x " + DIGEST + " pool/main/t/tar/tar_1.deb\n")
                + ("libz 1:2.3-4+deb12u1~x " + DIGEST + " pool/l/libz.deb\n"));
  }

  @Test
  void whatLeadsElsewhereIsLeftOut() throws IOException {
    assertThat(
            shortened(
                stanza("a", "amd64", "http://other.example/a.deb")
                    + stanza("b", "amd64", "/absolute.deb")
                    + stanza("c", "amd64", "pool//c.deb")
                    + stanza("Upper case", "amd64", "pool/d.deb")
                    + stanza("e", "amd64", "pool/e.deb").replace(DIGEST, "12")))
        .isEmpty();
  }

  @Test
  void aPathMayHaveAnyNumberOfFolders() throws IOException {
    String path = "p" + "/x".repeat(100_000);

    assertThat(shortened(stanza("a", "amd64", path))).endsWith(path + "\n");
  }
}
