package org.anyarch.host;

import java.util.ArrayList;
import java.util.List;
import org.anyarch.platform.Guest;

/// What an install came to.
///
/// @param place where it ran
/// @param instance how the instance was reached and who keeps it
/// @param lasts whether what is registered outlives this process and its container
/// @param notes what else is worth knowing
public record Report(
    String place, String instance, boolean lasts, List<Result> results, List<String> notes) {
  public Report {
    results = List.copyOf(results);
    notes = List.copyOf(notes);
  }

  /// The same with more notes.
  public Report withNotes(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new Report(place, instance, lasts, results, all);
  }

  /// How it stands with one guest.
  ///
  /// @param done what was done, for people
  /// @param registered whether an entry takes its programs, or none is needed
  /// @param verified whether its programs were seen to run
  /// @param why how that is known, or what is wrong
  public record Result(
      Guest guest, String done, boolean registered, boolean verified, String why) {}

  /// Whether every one of the guests works.
  public boolean works(List<Guest> guests) {
    return guests.stream()
        .allMatch(g -> results.stream().anyMatch(r -> r.guest().equals(g) && r.verified()));
  }
}
