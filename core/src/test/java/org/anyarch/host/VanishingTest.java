package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VanishingTest {
  @Test
  void triesAgainWhateverWasRemoved() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    String done =
        Vanishing.outlast(
            () -> {
              return switch (attempts.incrementAndGet()) {
                case 1 -> throw new NoSuchFileException("/folder");
                case 2 -> Optional.empty();
                default -> Optional.of("done");
              };
            });

    assertThat(done).isEqualTo("done");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void endsIfItIsNeverThere() {
    assertThatThrownBy(
            () ->
                Vanishing.outlast(
                    () -> {
                      throw new NoSuchFileException("/proc/folder");
                    }))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("/proc/folder");
  }

  @Test
  void anyOtherFailureIsOne() {
    AtomicInteger attempts = new AtomicInteger();

    assertThatThrownBy(
            () ->
                Vanishing.outlast(
                    () -> {
                      attempts.incrementAndGet();
                      throw new AccessDeniedException("/folder");
                    }))
        .isInstanceOf(AccessDeniedException.class);
    assertThat(attempts).hasValue(1);
  }
}
