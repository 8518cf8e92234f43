package org.anyarch.cli.progress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.anyarch.build.Progress;
import org.anyarch.platform.Platform;
import org.anyarch.twins.Execs;
import org.anyarch.twins.UsedTwin;

/// A view, and others who hear the same.
public final class Tee implements ProgressView {
  private final ProgressView view;
  private final List<Progress> all = new ArrayList<>();
  private final Set<String> noted = ConcurrentHashMap.newKeySet();

  private Tee(ProgressView view, List<? extends Progress> others) {
    this.view = view;
    all.add(view);
    all.addAll(others);
  }

  public static ProgressView of(ProgressView view, Progress... others) {
    return new Tee(view, List.of(others));
  }

  @Override
  public Step begin(Place place) {
    List<Step> steps = all.stream().map(one -> one.begin(place)).toList();
    return new Step() {
      @Override
      public void output(String line) {
        steps.forEach(step -> step.output(line));
      }

      @Override
      public void unfinished(String line) {
        steps.forEach(step -> step.unfinished(line));
      }

      @Override
      public void warning(String text) {
        steps.forEach(step -> step.warning(text));
      }

      @Override
      public Transfer transfer(String what, OptionalLong total) {
        return split(steps.stream().map(step -> step.transfer(what, total)).toList());
      }

      @Override
      public void started(Execs programs) {
        steps.forEach(step -> step.started(programs));
      }

      @Override
      public void done(Duration elapsed) {
        steps.forEach(step -> step.done(elapsed));
      }

      @Override
      public void failed(Duration elapsed, String why) {
        steps.forEach(step -> step.failed(elapsed, why));
      }

      @Override
      public void stopped(Duration elapsed) {
        steps.forEach(step -> step.stopped(elapsed));
      }
    };
  }

  private static Transfer split(List<Transfer> transfers) {
    return new Transfer() {
      @Override
      public void moved(long bytes) {
        transfers.forEach(transfer -> transfer.moved(bytes));
      }

      @Override
      public void ended() {
        transfers.forEach(Transfer::ended);
      }
    };
  }

  @Override
  public void cached(Place place) {
    all.forEach(one -> one.cached(place));
  }

  @Override
  public Transfer transfer(String platform, String what, OptionalLong total) {
    return split(all.stream().map(one -> one.transfer(platform, what, total)).toList());
  }

  @Override
  public void twins(Platform platform, List<UsedTwin> used) {
    all.forEach(one -> one.twins(platform, used));
  }

  @Override
  public void differences(Platform platform, String step, List<String> differences) {
    all.forEach(one -> one.differences(platform, step, differences));
  }

  @Override
  public void note(String platform, String text) {
    // What several steps, or parts of anyarch, notice is news once.
    if (noted.add(platform + " " + text)) {
      all.forEach(one -> one.note(platform, text));
    }
  }

  @Override
  public void close() {
    view.close();
  }
}
