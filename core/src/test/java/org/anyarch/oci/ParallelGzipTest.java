package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParallelGzipTest {
  private static byte[] compressed(byte[] content, int threads, int chunk) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ParallelGzip gzip = new ParallelGzip(out, threads)) {
      for (int at = 0; at < content.length; at += chunk) {
        gzip.write(content, at, Math.min(chunk, content.length - at));
      }
      gzip.finish();
    }
    return out.toByteArray();
  }

  /// Half of it random, half of it repeating across blocks.
  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    for (int i = 1000; i < length; i++) {
      if (i / 5000 % 2 == 0) {
        content[i] = content[i - 1000];
      }
    }
    return content;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        ParallelGzip.BLOCK - 1,
        ParallelGzip.BLOCK,
        ParallelGzip.BLOCK + 1,
        7 * ParallelGzip.BLOCK,
        20 * ParallelGzip.BLOCK + 12_345
      })
  void theBytesDependOnTheContentAlone(int length) throws IOException {
    byte[] content = content(length);

    byte[] one = compressed(content, 1, 65_536);

    assertThat(new GZIPInputStream(new ByteArrayInputStream(one)).readAllBytes())
        .isEqualTo(content);
    assertThat(compressed(content, 4, 1_000_003)).isEqualTo(one);
    assertThat(compressed(content, 3, 513)).isEqualTo(one);
  }
}
