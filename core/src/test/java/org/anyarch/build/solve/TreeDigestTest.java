package org.anyarch.build.solve;

import static org.anyarch.kernel.NoXattrs.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.anyarch.oci.Digest;
import org.anyarch.oci.FileContents;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeDigestTest {
  private static final Path WRITTEN_AT = Path.of("/elsewhere");

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("sub")).resolve("a"), "content");
    Files.writeString(folder.resolve("b"), "more");
  }

  private static FileContents known(String name, String content) {
    return known(WRITTEN_AT, name, content);
  }

  private static FileContents known(Path root, String name, String content) {
    Digest digest = Digest.ofSha256(content.getBytes(StandardCharsets.UTF_8));
    return new FileContents(
        root, Map.of(root.resolve(name), HexFormat.of().parseHex(digest.hex())));
  }

  @Test
  void filesAreKnownWhereTheyWereWrittenToo() throws IOException {
    assertThat(TreeDigest.of(folder, NONE, known(folder, "sub/a", "content")))
        .isEqualTo(TreeDigest.of(folder, NONE));
    assertThat(TreeDigest.of(folder, NONE, known(folder, "sub/a", "something else")).contents())
        .isNotEqualTo(TreeDigest.of(folder, NONE).contents());
  }

  @Test
  void whatIsKnownOfAFileSaysTheSameAsReadingIt() throws IOException {
    assertThat(TreeDigest.of(folder, NONE, known("sub/a", "content")))
        .isEqualTo(TreeDigest.of(folder, NONE));
  }

  @Test
  void aFileWhoseContentIsKnownIsNotRead() throws IOException {
    assertThat(TreeDigest.of(folder, NONE, known("sub/a", "something else")).contents())
        .isNotEqualTo(TreeDigest.of(folder, NONE).contents());
  }
}
