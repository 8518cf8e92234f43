package org.anyarch.build.solve;

import java.nio.file.Path;
import java.util.List;
import org.anyarch.build.containerfile.PathPatterns;
import org.anyarch.build.plan.PlannedStep;

/// What of a source is copied: not what the build does not see, not what `--exclude` says, and with
/// `--parents` only what the source's pattern finds.
///
/// @param base the folder that the patterns are relative to
/// @param seen what the build sees
/// @param only empty for everything
record Chosen(Path base, Selection seen, PathPatterns excludes, PathPatterns only)
    implements Selection {
  /// What a step takes of what one of its sources found.
  static Chosen of(PlannedStep.CopyStep step, Sources.Found from, SourceTree tree) {
    return new Chosen(
        from.base(),
        tree.seen(),
        PathPatterns.of(step.options().excludes()),
        PathPatterns.of(from.only().map(List::of).orElse(List.of())));
  }

  @Override
  public Verdict of(Path path, boolean folder) {
    Verdict verdict = seen.of(path, folder);
    if (verdict == Verdict.LEAVE || (excludes.isEmpty() && only.isEmpty())) {
      return verdict;
    }
    String name = base.relativize(path).toString();
    if (!only.isEmpty() && !only.matches(name)) {
      if (!folder || !only.mayDifferBelow(name)) {
        return Verdict.LEAVE;
      }
      verdict = Verdict.LOOK_INSIDE;
    }
    if (excludes.matches(name)) {
      return folder && excludes.mayDifferBelow(name) ? Verdict.LOOK_INSIDE : Verdict.LEAVE;
    }
    return verdict;
  }
}
