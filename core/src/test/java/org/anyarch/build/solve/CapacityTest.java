package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapacityTest {
  @ParameterizedTest
  @CsvSource({"2,24000,2", "64,16384,32", "8,700,1", "8,0,1", "8,-5,1", "1,99999,1"})
  void memoryBoundsWhatCoresCouldDo(int cores, long megabytes, int steps) {
    assertThat(new Capacity(cores, megabytes << 20).steps()).isEqualTo(steps);
  }

  @Test
  void theKernelSaysWhatIsAvailable() throws IOException {
    assertThat(Capacity.available("MemTotal: 8 kB\nMemAvailable:    2048 kB\nX: 1 kB\n"))
        .isEqualTo(2 << 20);
    assertThat(Capacity.available("MemTotal: 8 kB\n")).isEqualTo(Long.MAX_VALUE);
    assertThat(Capacity.ofThisMachine().steps()).isPositive();
  }
}
