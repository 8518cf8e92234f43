package org.anyarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReadAheadTest {
  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  /// One byte at a time, from `bytes`.
  private static InputStream stream(Bytes bytes) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return bytes.next();
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        buffer[offset] = (byte) read();
        return 1;
      }
    };
  }

  private interface Bytes {
    int next() throws IOException;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 3_000_000})
  void theBytesAreTheSame(int length) throws IOException {
    try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(content(length)))) {
      assertThat(ahead.readAllBytes()).isEqualTo(content(length));
      assertThat(ahead.read()).isEqualTo(-1);
    }
  }

  @Test
  void aFailureComesBehindTheBytesBeforeIt() throws IOException {
    byte[] content = content(2_000_000);
    InputStream in =
        new SequenceInputStream(
            new ByteArrayInputStream(content),
            stream(
                () -> {
                  throw new IOException("it broke");
                }));
    try (ReadAhead ahead = new ReadAhead(in)) {
      // The chunk in which it broke is lost, as it would be in a buffer.
      assertThat(ahead.readNBytes(1_800_000))
          .isEqualTo(java.util.Arrays.copyOf(content, 1_800_000));
      assertThatThrownBy(() -> ahead.transferTo(OutputStream.nullOutputStream()))
          .isInstanceOf(IOException.class)
          .hasMessage("it broke");
    }
  }

  @Test
  void closingEndsTheReadingThread() throws IOException {
    AtomicReference<Thread> reader = new AtomicReference<>();
    InputStream endless =
        stream(
            () -> {
              reader.set(Thread.currentThread());
              return 1;
            });
    try (ReadAhead ahead = new ReadAhead(endless)) {
      assertThat(ahead.read()).isEqualTo(1);
    }
    assertThat(reader.get().isAlive()).isFalse();
  }

  @Test
  void closingEndsTheReadingThreadAlsoWhenItHasReadEnough() {
    AtomicReference<Thread> reader = new AtomicReference<>();
    InputStream endless =
        stream(
            () -> {
              reader.set(Thread.currentThread());
              return 1;
            });
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          try (ReadAhead ahead = new ReadAhead(endless)) {
            assertThat(ahead.read()).isEqualTo(1);
            while (reader.get().getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
          }
        });
    assertThat(reader.get().isAlive()).isFalse();
  }

  @Test
  void whoeverWaitsForBytesCanBeInterrupted() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    InputStream silent =
        stream(
            () -> {
              asked.countDown();
              try {
                Thread.sleep(Duration.ofHours(1));
              } catch (InterruptedException e) {
                throw new ClosedByInterruptException();
              }
              return -1;
            });
    AtomicReference<IOException> thrown = new AtomicReference<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (ReadAhead ahead = new ReadAhead(silent)) {
                    ahead.read();
                  } catch (IOException e) {
                    thrown.set(e);
                  }
                });
    asked.await();
    waiting.interrupt();
    waiting.join();
    assertThat(thrown.get()).isInstanceOf(ClosedByInterruptException.class);
  }
}
