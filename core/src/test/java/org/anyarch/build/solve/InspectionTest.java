package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.anyarch.oci.Digest;
import org.junit.jupiter.api.Test;

final class InspectionTest {
  private static long chosen(Inspection inspection) {
    return IntStream.range(0, 6400)
        .mapToObj(i -> Digest.ofSha256(new byte[] {(byte) i, (byte) (i >> 8)}).hex())
        .filter(inspection::chooses)
        .count();
  }

  @Test
  void asManyAreChosenAsItSays() {
    assertThat(chosen(Inspection.DEFAULT)).isBetween(50L, 150L);
    assertThat(chosen(new Inspection(false, 1, false))).isEqualTo(6400);
    assertThat(chosen(new Inspection(false, 0, false))).isZero();
    assertThat(chosen(new Inspection(true, 0, false))).isEqualTo(6400);
  }

  @Test
  void theSameStepIsChosenEveryTime() {
    assertThat(Inspection.DEFAULT.chooses("000000c0" + "a".repeat(56))).isTrue();
    assertThat(Inspection.DEFAULT.chooses("000000c1" + "a".repeat(56))).isFalse();
    // The first bit is no sign.
    assertThat(Inspection.DEFAULT.chooses("ffffffc0" + "a".repeat(56))).isTrue();
  }
}
