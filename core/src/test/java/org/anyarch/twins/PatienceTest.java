package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PatienceTest {
  private final List<String> said = new ArrayList<>();

  private Patience patience(Duration length) {
    return new Patience(length, () -> said.add("waiting"));
  }

  @Test
  void whatIsThereIsNotWaitedFor() {
    Patience patience = patience(Duration.ofHours(1));
    assertThat(patience.awaits(List.of())).isTrue();
    assertThat(patience.awaits(List.of(CompletableFuture.completedFuture(null)))).isTrue();
    assertThat(said).isEmpty();
  }

  @Test
  void whatComesIsWaitedFor() {
    Patience patience = patience(Duration.ofHours(1));
    CompletableFuture<Void> comes =
        new CompletableFuture<Void>().completeOnTimeout(null, 1500, TimeUnit.MILLISECONDS);
    assertThat(patience.awaits(List.of(comes))).isTrue();
    assertThat(said).hasSize(1);
    assertThat(patience.isSpent()).isFalse();
  }

  @Test
  void onceSpentItIsSpentForGood() {
    Patience patience = patience(Duration.ofMillis(1));
    List<CompletableFuture<Void>> never = List.of(new CompletableFuture<>());
    assertThat(patience.awaits(never)).isFalse();
    assertThat(patience.isSpent()).isTrue();
    assertThat(patience.awaits(never)).isFalse();
    assertThat(said).hasSize(1);
  }

  @Test
  void whoeverIsInterruptedGoesOn() {
    Patience patience = patience(Duration.ofHours(1));
    Thread.currentThread().interrupt();
    assertThat(patience.awaits(List.of(new CompletableFuture<>()))).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(patience.isSpent()).isFalse();
  }
}
