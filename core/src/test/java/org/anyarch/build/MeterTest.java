package org.anyarch.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MeterTest {
  private final List<String> heard = new ArrayList<>();

  private final Progress.Transfer transfer =
      new Progress.Transfer() {
        @Override
        public void moved(long bytes) {
          heard.add("moved " + bytes);
        }

        @Override
        public void ended() {
          heard.add("ended");
        }
      };

  @Test
  void manyAmountsAreFewEvents() {
    AtomicLong nanos = new AtomicLong();
    try (Meter meter = new Meter(transfer, nanos::get)) {
      for (int i = 0; i < 1000; i++) {
        nanos.addAndGet(250_000);
        meter.accept(10);
      }
    }

    assertThat(heard).containsExactly("moved 4000", "moved 8000", "moved 10000", "ended");
  }
}
