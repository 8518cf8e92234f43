package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.PathPattern;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.OciException;
import org.anyarch.oci.Owner;
import org.anyarch.oci.RootPath;
import org.anyarch.oci.TarExtractor;
import org.anyarch.session.Account;
import org.anyarch.session.Accounts;
import org.anyarch.session.SessionException;
import org.jspecify.annotations.Nullable;

/// Carries out COPY and ADD: from a source root (the context, another stage) into a mounted
/// snapshot.
final class CopyExecutor {
  private final Kernel kernel;

  CopyExecutor(Kernel kernel) {
    this.kernel = kernel;
  }

  /// @param source the root that the sources are relative to; links are followed within it
  /// @param hidden tells of a path below `source` whether the build does not see it
  void run(
      PlannedStep.CopyStep step,
      Path source,
      Predicate<Path> hidden,
      Path root,
      Progress.Step progress)
      throws IOException, BuildException {
    List<Source> sources = sources(step, source, hidden);
    Account owner = owner(step, root);
    TreeCopy copy =
        new TreeCopy(kernel, owner.uid(), owner.gid(), mode(step), hidden, progress::warning);
    String destination = step.destination();
    Path target = RootPath.resolve(root, destination);
    boolean intoFolder =
        destination.endsWith("/") || sources.size() > 1 || Files.isDirectory(target);
    for (Source from : sources) {
      try {
        place(step, copy, from, root, target, intoFolder, progress);
      } catch (OciException e) {
        throw new BuildException(step.location() + ": " + e.getMessage(), e);
      }
    }
  }

  /// A file or folder to be copied.
  ///
  /// @param path with all links resolved inside its root
  /// @param name what the pattern found it as
  record Source(Path path, String name) {}

  private void place(
      PlannedStep.CopyStep step,
      TreeCopy copy,
      Source from,
      Path root,
      Path target,
      boolean intoFolder,
      Progress.Step progress)
      throws IOException {
    if (Files.isDirectory(from.path(), LinkOption.NOFOLLOW_LINKS)) {
      copy.makeFolders(root, target);
      copy.contents(from.path(), target);
    } else if (step.extractArchives()
        && Files.isRegularFile(from.path(), LinkOption.NOFOLLOW_LINKS)
        && TarExtractor.isArchive(from.path())) {
      copy.makeFolders(root, target);
      new TarExtractor(kernel.nodes(), kernel.xattrs(), progress::warning)
          .extract(from.path(), root, "/" + root.relativize(target), owned(step, copy));
    } else if (intoFolder) {
      copy.makeFolders(root, target);
      copy.one(from.path(), target.resolve(from.name()));
    } else {
      copy.makeFolders(root, target.resolveSibling(".").normalize());
      copy.one(from.path(), target);
    }
  }

  /// An archive keeps the owners it has unless --chown says otherwise.
  private static @Nullable Owner owned(PlannedStep.CopyStep step, TreeCopy copy) {
    return step.chown().isEmpty() ? null : new Owner(copy.uid(), copy.gid());
  }

  /// The files that the step's patterns name, each pattern's in bytewise order. A wildcard may find
  /// nothing, a plain name may not.
  static List<Source> sources(PlannedStep.CopyStep step, Path root, Predicate<Path> hidden)
      throws IOException, BuildException {
    List<Source> found = new ArrayList<>();
    for (String pattern : step.sources()) {
      boolean wildcard = PathPattern.isPattern(pattern);
      List<Path> matches =
          wildcard ? matching(step, root, pattern) : List.of(root.resolve(pattern).normalize());
      boolean ignored = false;
      boolean any = false;
      for (Path match : matches) {
        Path path = RootPath.resolve(root, root.relativize(match).toString());
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          if (hidden.test(match) || hidden.test(path)) {
            ignored = true;
          } else {
            any = true;
            found.add(new Source(path, match.getFileName().toString()));
          }
        }
      }
      if (!any && !wildcard) {
        throw new BuildException(
            step.location()
                + ": "
                + step.keyword()
                + ": \""
                + pattern
                + "\" is not in "
                + step.sourceName()
                + (ignored ? ": .dockerignore excludes it" : ""));
      }
    }
    return found;
  }

  /// Folder by folder, so that a `*` never crosses a slash. Links are followed up to the first
  /// wildcard and never behind it.
  private static List<Path> matching(PlannedStep.CopyStep step, Path root, String pattern)
      throws IOException, BuildException {
    List<Path> level = List.of(root);
    boolean wild = false;
    for (String name : pattern.split("/", -1)) {
      if (name.isEmpty()) {
        continue;
      }
      wild |= PathPattern.isPattern(name);
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        if (!wild) {
          next.add(RootPath.resolve(root, root.relativize(folder).resolve(name).toString()));
        } else if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          next.addAll(entries(folder, compiled(step, pattern, name)));
        }
      }
      level = next;
    }
    return level;
  }

  private static Pattern compiled(PlannedStep.CopyStep step, String pattern, String name)
      throws BuildException {
    try {
      return PathPattern.compile(name);
    } catch (PatternSyntaxException e) {
      throw new BuildException(
          step.location()
              + ": the pattern \""
              + pattern
              + "\" is not complete: "
              + e.getDescription(),
          e);
    }
  }

  private static List<Path> entries(Path folder, Pattern pattern) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> pattern.matcher(p.getFileName().toString()).matches())
          .sorted(Comparator.comparing(p -> p.getFileName().toString()))
          .toList();
    }
  }

  private static Account owner(PlannedStep.CopyStep step, Path root)
      throws IOException, BuildException {
    if (step.chown().isEmpty()) {
      return Account.ROOT;
    }
    try {
      Accounts accounts = Accounts.of(root);
      Account account = accounts.find(step.chown());
      if (step.chown().contains(":") || !step.chown().matches("\\d+")) {
        return account;
      }
      // A bare number is user and group, also where the image has such a user with another group.
      return new Account(account.uid(), account.uid(), List.of(), account.home());
    } catch (SessionException e) {
      throw new BuildException(
          step.location() + ": --chown=" + step.chown() + ": " + e.getMessage(), e);
    }
  }

  private static OptionalInt mode(PlannedStep.CopyStep step) throws BuildException {
    if (step.chmod().isEmpty()) {
      return OptionalInt.empty();
    }
    if (!step.chmod().matches("[0-7]{3,4}")) {
      throw new BuildException(
          step.location()
              + ": --chmod="
              + step.chmod()
              + ": only octal modes are supported yet, for instance --chmod=755");
    }
    return OptionalInt.of(Integer.parseInt(step.chmod(), 8));
  }
}
