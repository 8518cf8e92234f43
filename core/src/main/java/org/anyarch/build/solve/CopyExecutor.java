package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.anyarch.build.BuildException;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.anyarch.build.fetch.Fetched;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.OciException;
import org.anyarch.oci.Owner;
import org.anyarch.oci.RootPath;
import org.anyarch.oci.TarExtractor;
import org.anyarch.session.Account;
import org.anyarch.session.Accounts;
import org.anyarch.session.SessionException;

/// Carries out COPY and ADD: from a source (the context, another stage, the network) into a root.
final class CopyExecutor {
  private static final Owner ROOT = new Owner(0, 0);

  private final Kernel kernel;
  private final Fetcher fetcher;

  CopyExecutor(Kernel kernel, Fetcher fetcher) {
    this.kernel = kernel;
    this.fetcher = fetcher;
  }

  void run(PlannedStep.CopyStep step, SourceTree tree, Path root, Progress.Step progress)
      throws IOException, BuildException, InterruptedException {
    Optional<Owner> owner = owner(step, root);
    try (Meter copied = new Meter(progress.transfer("copying", OptionalLong.empty()))) {
      copy(tree, new Target(step, root, owner, progress, copied));
    }
  }

  private void copy(SourceTree tree, Target target)
      throws IOException, BuildException, InterruptedException {
    PlannedStep.CopyStep step = target.step();
    boolean several = step.sources().size() + step.documents().size() > 1;
    for (String source : step.sources()) {
      Optional<RemoteSource> remote = step.remote(source);
      if (remote.isPresent()) {
        Fetched fetched = fetcher.fetch(remote.get(), step.options());
        SourceTree ours = SourceTree.ofFetched(fetched.path());
        place(target, ours, found(fetched), several, true);
        continue;
      }
      List<Sources.Found> found = Sources.find(step, source, tree);
      for (Sources.Found one : found) {
        place(target, tree, one, several || found.size() > 1, false);
      }
    }
    documents(target, several);
  }

  private void documents(Target target, boolean several) throws IOException, BuildException {
    PlannedStep.CopyStep step = target.step();
    Path place = RootPath.resolve(target.root(), step.destination());
    TreeCopy copy =
        new TreeCopy(
            kernel,
            new TreeCopy.Looks(
                Optional.of(target.owner().orElse(ROOT)), ModeChange.parse(step.options().chmod())),
            Selection.ALL,
            target.progress()::warning);
    try {
      boolean folder = step.destination().endsWith("/") || several || Files.isDirectory(place);
      InlineFiles.copy(step.documents(), copy, target.root(), place, folder);
    } catch (OciException e) {
      throw new BuildException(step.location() + ": " + e.getMessage(), e);
    }
  }

  private static Sources.Found found(Fetched fetched) {
    boolean folder = Files.isDirectory(fetched.path());
    Path base = folder ? fetched.path() : fetched.path().resolveSibling(".").normalize();
    return new Sources.Found(fetched.path(), fetched.name(), base, Optional.empty());
  }

  /// Where a step's files go.
  private record Target(
      PlannedStep.CopyStep step,
      Path root,
      Optional<Owner> owner,
      Progress.Step progress,
      LongConsumer copied) {}

  private void place(
      Target target, SourceTree tree, Sources.Found from, boolean several, boolean fetched)
      throws IOException, BuildException {
    try {
      put(target, tree, from, several, fetched);
    } catch (OciException e) {
      throw new BuildException(target.step().location() + ": " + e.getMessage(), e);
    }
  }

  private void put(
      Target target, SourceTree tree, Sources.Found from, boolean several, boolean fetched)
      throws IOException {
    PlannedStep.CopyStep step = target.step();
    Path root = target.root();
    Path place = RootPath.resolve(root, step.destination());
    Optional<Owner> owner =
        target.owner().isEmpty() && !tree.keepsOwners() ? Optional.of(ROOT) : target.owner();
    TreeCopy.Looks looks =
        new TreeCopy.Looks(owner, ModeChange.parse(step.options().chmod()), tree.times());
    Chosen chosen = Chosen.of(step, from, tree);
    TreeCopy copy =
        new TreeCopy(kernel, looks, chosen, target.progress()::warning, target.copied());
    if (Files.isDirectory(from.path(), LinkOption.NOFOLLOW_LINKS)) {
      copy.makeFolders(root, place);
      copy.contents(from.path(), place);
    } else if (chosen.of(from.path(), false) == Selection.Verdict.LEAVE) {
      // A file that --exclude names is left out like one in a folder.
      return;
    } else if (step.unpacks(fetched)
        && Files.isRegularFile(from.path(), LinkOption.NOFOLLOW_LINKS)
        && TarExtractor.isArchive(from.path())) {
      copy.makeFolders(root, place);
      // An archive keeps the owners it has unless --chown says otherwise.
      OptionalLong size = OptionalLong.of(Files.size(from.path()));
      try (Meter read = new Meter(target.progress().transfer("unpacking " + from.name(), size))) {
        new TarExtractor(kernel.nodes(), kernel.xattrs(), target.progress()::warning, read)
            .extract(from.path(), root, "/" + root.relativize(place), target.owner().orElse(null));
      }
    } else if (step.destination().endsWith("/") || several || Files.isDirectory(place)) {
      copy.makeFolders(root, place);
      copy.one(from.path(), place.resolve(from.name()));
    } else {
      copy.makeFolders(root, place.resolveSibling(".").normalize());
      copy.one(from.path(), place);
    }
  }

  private static Optional<Owner> owner(PlannedStep.CopyStep step, Path root)
      throws IOException, BuildException {
    String chown = step.options().chown();
    if (chown.isEmpty()) {
      return Optional.empty();
    }
    try {
      Account account = Accounts.of(root).find(chown);
      // A bare number is user and group, also where the image has such a user with another group.
      boolean number = chown.matches("\\d+");
      return Optional.of(new Owner(account.uid(), number ? account.uid() : account.gid()));
    } catch (SessionException e) {
      throw new BuildException(
          step.location()
              + ": --chown="
              + chown
              + ": "
              + e.getMessage()
              + (step.options().link() ? "; with --link only numbers have a meaning" : ""),
          e);
    }
  }
}
