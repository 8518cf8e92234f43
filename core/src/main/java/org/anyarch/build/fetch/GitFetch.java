package org.anyarch.build.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.oci.RootPath;
import org.jspecify.annotations.Nullable;

/// Fetches a commit of a git repository with the machine's own git, whose credentials and ssh keys
/// then hold. Every file has the time of the commit, so that two builds give the same bytes.
final class GitFetch {
  private final Map<String, String> environment;

  GitFetch(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  private record Answer(int status, String out) {}

  /// @param checksum the commit that it has to be, or its beginning; may be empty
  /// @throws IOException with what git says
  Fetched fetch(RemoteSource.Git source, String checksum, boolean keepGitDir, Path folder)
      throws IOException, InterruptedException {
    must(source, folder, "init", "-q", "-b", "main", ".");
    must(source, folder, "remote", "add", "origin", source.remote());
    String commit = checkout(source, folder);
    for (String wanted : List.of(checksum, source.checksum())) {
      if (!commit.startsWith(wanted)) {
        throw new IOException(
            source.shown() + " is at the commit " + commit + ", not at " + wanted);
      }
    }
    if (source.submodules()) {
      must(source, folder, "submodule", "-q", "update", "--init", "--recursive");
    }
    long time = Long.parseLong(must(source, folder, "log", "-1", "--format=%ct").strip());
    if (!keepGitDir) {
      removeGitFolders(folder);
    }
    date(folder, FileTime.fromMillis(time * 1000));
    Path subdir = RootPath.resolve(folder, source.subdir());
    if (!Files.isDirectory(subdir, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(source.shown() + " has no folder " + source.subdir());
    }
    return new Fetched(subdir, ".", commit + " " + source.subdir() + " " + keepGitDir);
  }

  /// One commit is fetched if the server gives it out, and else all of them.
  private String checkout(RemoteSource.Git source, Path folder)
      throws IOException, InterruptedException {
    String ref = source.ref().isEmpty() ? "HEAD" : source.ref();
    String found = "FETCH_HEAD";
    Answer shallow = git(folder, "fetch", "-q", "--depth=1", "origin", ref);
    if (shallow.status() != 0 && git(folder, "fetch", "-q", "origin", ref).status() != 0) {
      must(
          source, folder, "fetch", "-q", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*");
      found = ref.matches("[0-9a-f]{7,64}") ? ref : "refs/remotes/origin/" + ref;
      if (git(folder, "rev-parse", "-q", "--verify", found + "^{commit}").status() != 0) {
        throw new IOException(
            source.shown() + " has no branch, tag or commit " + ref + " that can be fetched");
      }
    }
    must(source, folder, "checkout", "-q", "--detach", found);
    return must(source, folder, "rev-parse", "HEAD").strip();
  }

  private String must(RemoteSource.Git source, Path folder, String... arguments)
      throws IOException, InterruptedException {
    Answer answer = git(folder, arguments);
    if (answer.status() != 0) {
      String said = answer.out().strip().lines().reduce((_, last) -> last).orElse("nothing");
      throw new IOException(
          "cannot get " + source.shown() + ": git " + arguments[0] + " says: " + said);
    }
    return answer.out();
  }

  private Answer git(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    // Nothing that the repository brings is run, and what is checked out has the repository's
    // bytes.
    for (String setting :
        List.of(
            "core.hooksPath=/dev/null",
            "core.autocrlf=false",
            "core.fsmonitor=false",
            "advice.detachedHead=false",
            "protocol.file.allow=user")) {
      command.addAll(List.of("-c", setting));
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_DIR"));
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().putIfAbsent("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException(
          "ADD of a git repository needs the program git, which is not installed here", e);
    }
    process.getOutputStream().close();
    String out;
    try (var stream = process.getInputStream()) {
      out = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      return new Answer(process.waitFor(), out);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void removeGitFolders(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          private Optional<Path> inside = Optional.empty();

          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            if (inside.isEmpty() && path.endsWith(".git")) {
              inside = Optional.of(path);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            // That of a submodule is a file.
            if (inside.isPresent() || path.endsWith(".git")) {
              Files.delete(path);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (inside.isPresent()) {
              Files.delete(path);
              inside = inside.filter(top -> !top.equals(path));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void date(Path folder, FileTime time) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            set(path);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            set(path);
            return FileVisitResult.CONTINUE;
          }

          private void set(Path path) throws IOException {
            Files.getFileAttributeView(
                    path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
          }
        });
  }
}
