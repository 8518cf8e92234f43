package org.anyarch.oci.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against what the program `zstd` made of the same text at several levels.
final class ZstdInputStreamTest {
  private static final String[] WORDS =
      "the of and container layer image stage copy run emulator kernel mount binfmt amd64 arm64 s390x\n"
          .split(" ");

  /// The text that was compressed: words by a simple generator of numbers.
  private static byte[] text(int most) {
    List<String> out = new ArrayList<>();
    long x = 1;
    for (int i = 0; i < 60_000 && out.size() < most; i++) {
      x = (x * 1103515245L + 12345) & 0x7fffffff;
      out.add(WORDS[(int) ((x >> 16) % WORDS.length)]);
      if ((x >> 10) % 97 == 0 && out.size() < most) {
        out.add(Long.toString(x));
      }
    }
    return String.join(" ", out).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] compressed(String name) throws IOException {
    try (InputStream in = ZstdInputStreamTest.class.getResourceAsStream(name + ".zst")) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  private static byte[] decoded(byte[] compressed) throws IOException {
    try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({"small-1, 3000", "small-3, 3000", "small-19, 3000", "words-22, 1000000"})
  void everyLevelIsRead(String name, int words) throws IOException {
    assertThat(decoded(compressed(name))).isEqualTo(text(words));
  }

  @Test
  void framesFollowEachOtherAndSomeAreSkipped() throws IOException {
    byte[] once = text(3000);
    byte[] twice = Arrays.copyOf(once, 2 * once.length);
    System.arraycopy(once, 0, twice, once.length, once.length);

    assertThat(decoded(compressed("two"))).isEqualTo(twice);
    assertThat(decoded(new byte[0])).isEmpty();
  }

  @Test
  void oneByteRepeated() throws IOException {
    assertThat(decoded(compressed("zeros"))).isEqualTo(new byte[300_000]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 9, 100, 1000})
  void whatIsCutOffIsNoEnd(int missing) throws IOException {
    byte[] whole = compressed("small-3");

    assertThatThrownBy(() -> decoded(Arrays.copyOf(whole, whole.length - missing)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("zstd: ");
  }

  /// Damage is told, whatever it is, and by nothing else than an IOException.
  @Property(tries = 3000)
  void damageIsTold(
      @ForAll @IntRange(max = 2) int which,
      @ForAll @IntRange(max = 1_000_000) int place,
      @ForAll @IntRange(min = 1, max = 255) int change)
      throws IOException {
    byte[] bytes = compressed(List.of("small-1", "small-3", "small-19").get(which));
    // The first bytes count more than any others.
    int at = place % 2 == 0 ? place % 64 : place % bytes.length;
    bytes[at] ^= (byte) change;

    try {
      assertThat(decoded(bytes)).isEqualTo(text(3000));
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("zstd: ");
    }
  }

  @Test
  void aWindowThatNobodyHasMemoryForIsRefused() {
    byte[] huge = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xff, 1, 0, 0};

    assertThatThrownBy(() -> decoded(huge)).hasMessageContaining("window of more than 128 MiB");
  }
}
