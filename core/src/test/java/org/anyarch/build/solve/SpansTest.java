package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpansTest {
  private static final Instant NINE = Instant.parse("2026-05-06T09:00:00.250000001Z");
  private static final Instant TEN = Instant.parse("2026-05-06T10:00:00.5Z");
  private static final Instant LATER = Instant.parse("2027-01-01T00:00:00Z");

  @Test
  void whatWasMadeThenHasTheDateAndAllElseAtMostThat() {
    Spans spans = Spans.between(NINE, TEN);

    assertThat(spans.dated(NINE, LATER)).isEqualTo(LATER);
    assertThat(spans.dated(TEN, LATER)).isEqualTo(LATER);
    assertThat(spans.dated(NINE.minusNanos(1), LATER)).isEqualTo(NINE.minusNanos(1));
    assertThat(spans.dated(TEN.plusNanos(1), LATER)).isEqualTo(TEN.plusNanos(1));
    assertThat(spans.dated(LATER.plusNanos(1), LATER)).isEqualTo(LATER);
    assertThat(spans.dated(NINE, Instant.EPOCH)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void wholeSecondsAreOfASpanThatBeginsInThem() {
    Spans spans = Spans.between(NINE, TEN);
    Instant second = Instant.parse("2026-05-06T09:00:00Z");

    assertThat(spans.dated(second, LATER)).isEqualTo(LATER);
    assertThat(spans.dated(second.plusNanos(1), LATER)).isEqualTo(second.plusNanos(1));
    assertThat(spans.dated(second.minusSeconds(1), LATER)).isEqualTo(second.minusSeconds(1));
  }

  @Test
  void aClockThatIsSetBackMakesASpanAllTheSame() {
    assertThat(Spans.between(TEN, NINE)).isEqualTo(Spans.between(NINE, TEN));
  }

  @Test
  void spansThatTouchAreOne() {
    Spans first = Spans.between(NINE, TEN);
    Spans inside = Spans.between(NINE.plusSeconds(1), TEN.minusSeconds(1));
    Spans behind = Spans.between(TEN, LATER);
    Spans apart = Spans.between(LATER.plusSeconds(1), LATER.plusSeconds(2));

    assertThat(inside.and(first)).isEqualTo(first);
    assertThat(apart.and(behind).and(first).all())
        .isEqualTo(List.of(new Spans.Span(NINE, LATER), apart.all().getFirst()));
  }

  @Test
  void textIsReadAndNothingElse() {
    Spans spans = Spans.between(NINE, TEN).and(Spans.between(LATER, LATER));

    assertThat(Spans.parse(spans.text())).contains(spans);
    for (String text : List.of("", " ", "/", NINE.toString(), NINE + "/", spans.text() + " ")) {
      assertThat(Spans.parse(text)).as("<%s>", text).isEmpty();
    }
  }
}
