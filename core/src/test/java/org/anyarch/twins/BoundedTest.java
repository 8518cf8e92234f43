package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class BoundedTest {
  private static InputStream of(int length, long limit) {
    return new Bounded(new ByteArrayInputStream(new byte[length]), limit);
  }

  @Test
  void whatFitsIsReadAsItIs() throws IOException {
    assertThat(of(10, 10).readAllBytes()).hasSize(10);
    InputStream in = of(2, 2);
    assertThat(in.read()).isZero();
    assertThat(in.skip(9)).isEqualTo(1);
    assertThat(in.read()).isEqualTo(-1);
  }

  @Test
  void moreIsAFailure() {
    assertThatThrownBy(() -> of(11, 10).readAllBytes()).hasMessage("it has more than 10 bytes");
    assertThatThrownBy(() -> of(11, 10).skip(11)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> of(1, 0).read()).isInstanceOf(IOException.class);
  }
}
