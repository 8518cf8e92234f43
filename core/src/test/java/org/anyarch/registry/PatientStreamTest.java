package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PatientStreamTest {
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void end() {
    watch.shutdownNow();
  }

  /// As the bodies of java.net.http: a read waits until something comes, or for the close.
  @SuppressWarnings("InputStreamSlowMultibyteRead") // it reads nothing
  private static final class Silent extends InputStream {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return -1;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void whoSaysNothingIsLeft() throws IOException {
    try (InputStream stream = new PatientStream(new Silent(), Duration.ofMillis(5), watch)) {
      assertThatThrownBy(stream::read)
          .isInstanceOf(HttpTimeoutException.class)
          .hasMessage("nothing came for 5 milliseconds");
    }
  }

  @Test
  void whatComesComes() throws IOException {
    byte[] content = RegistryFixture.content(1000);
    try (InputStream stream =
        new PatientStream(new ByteArrayInputStream(content), Duration.ofMinutes(1), watch)) {
      assertThat(stream.readAllBytes()).isEqualTo(content);
    }
  }
}
