package org.anyarch.build.solve;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// When the builds were at work that a result comes from. What has a time of then has it from a
/// clock, or was given it for want of one that matters: another build would have given it another
/// time. All other times are a step's input.
///
/// @param all none touches another; the earliest first
public record Spans(List<Span> all) {
  public static final Spans NONE = new Spans(List.of());

  public Spans {
    all = List.copyOf(all);
  }

  /// @param to the last moment that belongs to it
  public record Span(Instant from, Instant to) {
    /// Many tools keep whole seconds only, which may lie before what they keep.
    boolean holds(Instant time) {
      boolean whole = time.equals(time.truncatedTo(ChronoUnit.SECONDS));
      Instant start = whole ? from.truncatedTo(ChronoUnit.SECONDS) : from;
      return !time.isBefore(start) && !time.isAfter(to);
    }
  }

  /// From one moment to another, in whichever order: clocks are set back.
  static Spans between(Instant one, Instant other) {
    return new Spans(List.of(one.isAfter(other) ? new Span(other, one) : new Span(one, other)));
  }

  Spans and(Spans others) {
    List<Span> sorted = new ArrayList<>(all);
    sorted.addAll(others.all);
    sorted.sort(Comparator.comparing(Span::from));
    List<Span> merged = new ArrayList<>();
    for (Span span : sorted) {
      if (merged.isEmpty() || span.from().isAfter(merged.getLast().to())) {
        merged.add(span);
      } else if (span.to().isAfter(merged.getLast().to())) {
        merged.set(merged.size() - 1, new Span(merged.getLast().from(), span.to()));
      }
    }
    return new Spans(merged);
  }

  /// What an image of that date says of a file of that time.
  ///
  /// @param date no time is later
  public Instant dated(Instant time, Instant date) {
    return time.isAfter(date) || all.stream().anyMatch(span -> span.holds(time)) ? date : time;
  }

  String text() {
    List<String> parts = all.stream().map(span -> span.from() + "/" + span.to()).toList();
    return String.join(" ", parts);
  }

  /// What [#text()] wrote of one span or more; empty for anything else.
  static Optional<Spans> parse(String text) {
    Spans spans = NONE;
    try {
      for (String part : text.split(" ", -1)) {
        int slash = Math.max(0, part.indexOf('/'));
        Instant from = Instant.parse(part.substring(0, slash));
        spans = spans.and(between(from, Instant.parse(part.substring(slash + 1))));
      }
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    return Optional.of(spans);
  }
}
