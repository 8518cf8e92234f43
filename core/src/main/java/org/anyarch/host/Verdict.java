package org.anyarch.host;

import java.util.EnumMap;
import java.util.Map;
import org.anyarch.platform.Guest;

/// Whether programs of a guest run, each way, and what it means if not.
///
/// @param outcomes what became of the probe, for every way
public record Verdict(Guest guest, Map<Setting, Outcome> outcomes) {
  /// What a probe exits with, which hardly anything else does.
  static final int STATUS = 42;

  public Verdict {
    EnumMap<Setting, Outcome> all = new EnumMap<>(Setting.class);
    for (Setting way : Setting.values()) {
      all.put(way, outcomes.getOrDefault(way, new Outcome.Unknown()));
    }
    outcomes = Map.copyOf(all);
  }

  public Outcome outcome(Setting way) {
    return outcomes.getOrDefault(way, new Outcome.Unknown());
  }

  /// Whether they run this way.
  public boolean works(Setting way) {
    return outcome(way).equals(new Outcome.Exited(STATUS));
  }

  /// Whether they run both ways.
  public boolean works() {
    return works(Setting.PROCESS) && works(Setting.CONTAINER);
  }

  /// A sentence: that it works, or what was seen, its likely cause and what to do.
  public String meaning(Setting way) {
    return Meaning.of(way, this);
  }
}
