package org.anyarch.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.platform.Guest;

/// How it stands with each guest after the actions were taken.
final class Results {
  private Results() {}

  /// @param after what is registered now
  /// @param failures what went wrong, by guest
  static List<Report.Result> of(
      List<Action> actions,
      List<Entry> after,
      Map<Guest, String> failures,
      Verification verification,
      HostView view,
      HostFolder folder)
      throws IOException, InterruptedException {
    List<Guest> guests =
        actions.stream()
            .filter(a -> !(a instanceof Action.Native))
            .map(Action::guest)
            .filter(g -> !failures.containsKey(g))
            .toList();
    Map<Guest, Verification.Finding> outcomes = verification.verify(view, folder, guests);
    List<Report.Result> results = new ArrayList<>();
    for (Action action : actions) {
      Guest guest = action.guest();
      if (action instanceof Action.Native) {
        results.add(new Report.Result(guest, "native", true, true, action.sentence()));
        continue;
      }
      Optional<Entry> first = Entry.first(after, Comparison.head(guest), "/program");
      String failure = failures.get(guest);
      Verification.Finding outcome = outcomes.get(guest);
      if (failure != null || outcome == null) {
        String why = failure == null ? "it was not verified" : failure;
        String done = action instanceof Action.Refuse ? done(action) : "failed";
        results.add(new Report.Result(guest, done, first.isPresent(), false, why));
      } else {
        results.add(
            new Report.Result(
                guest,
                done(action),
                first.isPresent(),
                outcome.works(),
                why(outcome, first, action)));
      }
    }
    return results;
  }

  private static String done(Action action) {
    return switch (action) {
      case Action.Register _ -> "registered";
      case Action.Replace _ -> "replaced";
      case Action.Keep _ -> "kept";
      case Action.Native _ -> "native";
      case Action.Refuse _ -> "refused";
    };
  }

  private static String why(Verification.Finding outcome, Optional<Entry> first, Action action) {
    StringBuilder why = new StringBuilder(outcome.sentence());
    if (action instanceof Action.Keep) {
      why.append("; ").append(action.sentence());
      first.ifPresent(
          entry -> FlagAudit.missing(entry.flags()).forEach(s -> why.append("; ").append(s)));
    }
    return why.toString();
  }
}
