package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
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
  /// @param excluded tells of a path below `source` whether .dockerignore hides it
  void run(
      PlannedStep.CopyStep step,
      Path source,
      Predicate<Path> excluded,
      Path root,
      Progress.Step progress)
      throws IOException, BuildException {
    List<Path> sources = sources(step, source, excluded);
    Account owner = owner(step, root);
    TreeCopy copy = new TreeCopy(kernel, owner.uid(), owner.gid(), mode(step), excluded);
    String destination = step.destination();
    Path target = RootPath.resolve(root, destination);
    boolean intoFolder =
        destination.endsWith("/") || sources.size() > 1 || Files.isDirectory(target);
    for (Path from : sources) {
      try {
        place(step, copy, from, root, target, intoFolder, progress);
      } catch (OciException e) {
        throw new BuildException(step.location() + ": " + e.getMessage(), e);
      }
    }
  }

  private void place(
      PlannedStep.CopyStep step,
      TreeCopy copy,
      Path from,
      Path root,
      Path target,
      boolean intoFolder,
      Progress.Step progress)
      throws IOException {
    if (Files.isDirectory(from)) {
      copy.makeFolders(root, target);
      copy.contents(from, target);
    } else if (step.extractArchives() && TarExtractor.isArchive(from)) {
      copy.makeFolders(root, target);
      new TarExtractor(kernel.nodes(), kernel.xattrs(), progress::warning)
          .extract(from, root, "/" + root.relativize(target), owned(step, copy));
    } else if (intoFolder) {
      copy.makeFolders(root, target);
      copy.one(from, target.resolve(from.getFileName().toString()));
    } else {
      copy.makeFolders(root, target.resolveSibling(".").normalize());
      copy.one(from, target);
    }
  }

  /// An archive keeps the owners it has unless --chown says otherwise.
  private static @Nullable Owner owned(PlannedStep.CopyStep step, TreeCopy copy) {
    return step.chown().isEmpty() ? null : new Owner(copy.uid(), copy.gid());
  }

  /// The files that the step's patterns name, each pattern's in bytewise order.
  private static List<Path> sources(PlannedStep.CopyStep step, Path root, Predicate<Path> excluded)
      throws IOException, BuildException {
    List<Path> found = new ArrayList<>();
    for (String pattern : step.sources()) {
      List<Path> matches = new ArrayList<>();
      if (isPattern(pattern)) {
        matches.addAll(matching(root, pattern));
      } else {
        Path path = RootPath.resolve(root, pattern);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          matches.add(path);
        }
      }
      boolean hidden = !matches.isEmpty() && matches.stream().allMatch(excluded);
      matches.removeIf(excluded.and(p -> !Files.isDirectory(p)));
      if (matches.isEmpty()) {
        throw new BuildException(
            step.location()
                + ": "
                + step.keyword()
                + ": \""
                + pattern
                + "\" is not in "
                + step.sourceName()
                + (hidden ? ": .dockerignore excludes it" : ""));
      }
      found.addAll(matches);
    }
    return found;
  }

  private static boolean isPattern(String text) {
    return text.contains("*") || text.contains("?") || text.contains("[");
  }

  /// Folder by folder, so that a `*` never crosses a slash.
  private static List<Path> matching(Path root, String pattern) throws IOException {
    List<Path> level = List.of(root);
    for (String name : pattern.split("/", -1)) {
      if (name.isEmpty()) {
        continue;
      }
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        if (!isPattern(name)) {
          Path path = RootPath.resolve(root, root.relativize(folder).resolve(name).toString());
          if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            next.add(path);
          }
        } else if (Files.isDirectory(folder)) {
          next.addAll(entries(folder, glob(name)));
        }
      }
      level = next;
    }
    return level;
  }

  private static List<Path> entries(Path folder, PathMatcher matcher) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> matcher.matches(p.getFileName()))
          .sorted(Comparator.comparing(p -> p.getFileName().toString()))
          .toList();
    }
  }

  /// Go's filepath.Match knows `* ? [a-z] [^a-z]` and backslashes; Java's glob also has braces, and
  /// `!` for `^`.
  private static PathMatcher glob(String name) {
    String java = name.replace("{", "\\{").replace("}", "\\}").replace("[^", "[!");
    return FileSystems.getDefault().getPathMatcher("glob:" + java);
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
