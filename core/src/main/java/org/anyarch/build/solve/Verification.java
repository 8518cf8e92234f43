package org.anyarch.build.solve;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.solve.TreeComparison.Difference;
import org.anyarch.twins.Bans;
import org.anyarch.twins.UsedTwin;

/// Sees whether a step that ran with twins comes to the same without. If it does not, it is run
/// again both ways: what differs between two emulated runs, or not between the last two, comes from
/// the step itself or from the time between the runs. Where twins were allowed that are compatible
/// only, what remains is said and is no mistake.
final class Verification {
  /// How many differences are named.
  private static final int NAMED = 20;

  /// What a step that fails in one way only differs in.
  private static final String STATUS = "(its exit status)";

  private final Solver.Ground ground;
  private final Bans bans;
  private final boolean strict;

  /// @param strict whether a wrong twin fails the build; else it is banned, and what the step comes
  ///   to without is its result
  Verification(Solver.Ground ground, Bans bans, boolean strict) {
    this.ground = ground;
    this.bans = bans;
    this.strict = strict;
  }

  /// Runs the step once more.
  interface Repeats {
    ForeignRuns.Attempt run(boolean accelerated)
        throws IOException, BuildException, InterruptedException;
  }

  /// @param first the step as it ran with twins
  /// @return the attempt whose result counts
  ForeignRuns.Attempt of(
      ForeignRuns.Job job, ForeignRuns.Attempt first, Repeats repeats, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    note(job, "verifying, emulated: " + job.step().text());
    ForeignRuns.Attempt emulated = repeats.run(false);
    List<Difference> differences = differences(first, emulated);
    if (differences.isEmpty()) {
      note(job, "verified: " + job.step().text());
      Trees.delete(emulated.folder());
      return first;
    }
    ForeignRuns.Attempt again = repeats.run(false);
    ForeignRuns.Attempt last = repeats.run(true);
    Set<String> unsteady = paths(differences(again, emulated));
    Set<String> lasting = paths(differences(last, again));
    List<Difference> wrong = new ArrayList<>(differences);
    wrong.removeIf(
        difference -> unsteady.contains(difference.path()) || !lasting.contains(difference.path()));
    Trees.delete(again.folder());
    Trees.delete(last.folder());
    if (wrong.isEmpty()) {
      said.warning(
          "cannot be verified, since the step itself is not reproducible; two runs of one kind"
              + " differ in "
              + named(differences, " "));
      Trees.delete(emulated.folder());
      return first;
    }
    if (first.substituted()) {
      list(job, first, wrong, said);
      Trees.delete(emulated.folder());
      return first;
    }
    if (strict) {
      throw new BuildException(
          job.step().location()
              + ": "
              + wrong(wrong, first, "\n  ")
              + "\nbuild with --accelerate=off, and please report it");
    }
    bans.add(first.used());
    said.warning(
        wrong(wrong, first, " ")
            + "; the emulated result is used, and they run emulated from now on ("
            + bans.file()
            + ")");
    return emulated;
  }

  /// Names all that differs by twins that are compatible only: somebody asked what that is.
  private void list(
      ForeignRuns.Job job,
      ForeignRuns.Attempt attempt,
      List<Difference> differences,
      Progress.Step said) {
    List<String> paths = differences.stream().map(Difference::inWords).toList();
    said.warning(
        "with compatible twins the step differs from what it comes to without in "
            + count(differences)
            + "; natively ran "
            + attempt.used().stream()
                .filter(twin -> twin.substitute().isPresent())
                .map(UsedTwin::inWords)
                .collect(Collectors.joining(", ")));
    paths.forEach(path -> said.warning("differs: " + path));
    ground.progress().differences(job.platform(), job.step().text(), paths);
  }

  private void note(ForeignRuns.Job job, String text) {
    ground.progress().note(job.platform().toString(), text);
  }

  private List<Difference> differences(ForeignRuns.Attempt one, ForeignRuns.Attempt other)
      throws IOException {
    if (one.failure().isPresent() || other.failure().isPresent()) {
      return one.failure().isPresent() == other.failure().isPresent()
          ? List.of()
          : List.of(new Difference(STATUS, List.of("fails in one way only")));
    }
    return TreeComparison.of(one.side(), other.side(), ground.kernel().xattrs());
  }

  private static Set<String> paths(List<Difference> differences) {
    return differences.stream().map(Difference::path).collect(Collectors.toSet());
  }

  private static String wrong(
      List<Difference> differences, ForeignRuns.Attempt attempt, String between) {
    return "with native twins the step does not come to what it comes to without; it differs in "
        + named(differences, between)
        + (between.startsWith("\n") ? "\n" : "; ")
        + "natively ran:"
        + attempt.used().stream()
            .map(UsedTwin::inWords)
            .collect(Collectors.joining("," + between, between, ""));
  }

  private static String named(List<Difference> differences, String between) {
    String named =
        differences.stream()
            .limit(NAMED)
            .map(Difference::inWords)
            .collect(Collectors.joining("," + between, between, ""));
    int more = differences.size() - NAMED;
    return count(differences) + ":" + named + (more > 0 ? between + "and " + more + " more" : "");
  }

  private static String count(List<Difference> differences) {
    return differences.size() == 1 ? "1 path" : differences.size() + " paths";
  }
}
