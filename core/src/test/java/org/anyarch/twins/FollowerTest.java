package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowerTest {
  @TempDir Path root;

  private Follower follow(Follower.Listener listener, Runnable failed) throws IOException {
    return Follower.of(
            new RootFiles(root),
            List.of("/"),
            FileSystems.getDefault().newWatchService(),
            listener,
            _ -> failed.run())
        .orElseThrow();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void aLookThatFailsIsRepeatedWithoutAWord() throws IOException, InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch looked = new CountDownLatch(1);
    Follower.Listener listener =
        (_, _) -> {
          if (looks.incrementAndGet() < 3) {
            throw new IOException("replaced meanwhile");
          }
          looked.countDown();
        };
    try (Follower follower = follow(listener, failures::incrementAndGet)) {
      follower.wake();

      await(looked);
    }
    assertThat(failures).hasValue(0);
    assertThat(looks).hasValue(3);
  }

  @Test
  void whatFailsAgainAndAgainIsSaid() throws IOException, InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(1);
    Follower.Listener listener =
        (_, _) -> {
          looks.incrementAndGet();
          throw new IOException("damaged");
        };
    try (Follower follower = follow(listener, failed::countDown)) {
      follower.wake();

      await(failed);
    }
    assertThat(looks).hasValue(5);
  }

  @Test
  void anErrorIsSaidAndNotTheEndOfLooking() throws IOException, InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(2);
    Follower.Listener listener =
        (_, _) -> {
          throw new StackOverflowError();
        };
    Runnable failed =
        () -> {
          first.countDown();
          second.countDown();
        };
    try (Follower follower = follow(listener, failed)) {
      follower.wake();
      await(first);
      follower.wake();

      await(second);
    }
  }
}
