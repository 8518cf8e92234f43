package org.anyarch.build.solve;

import static org.anyarch.kernel.NoXattrs.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceDigestsTest {
  @TempDir Path folder;

  @BeforeEach
  void content() throws IOException {
    Files.createDirectories(folder.resolve("sub/empty"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(folder.resolve("sub/" + i), "content " + i);
    }
    Files.writeString(folder.resolve("file"), "x");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
  }

  private String digest(int threads) throws IOException, InterruptedException {
    return digest(folder, 0, threads);
  }

  private static String digest(Path root, long epoch, int threads)
      throws IOException, InterruptedException {
    FileDigests known = FileDigests.read(root.resolve("absent"), Clock.systemUTC());
    ContextTimes times = new ContextTimes(epoch, Instant.EPOCH);
    return new SourceDigests(NONE, known, times, threads, _ -> new Meter(Progress.Transfer.UNHEARD))
        .of(
            List.of(
                new SourceDigests.Taken(
                    root,
                    "context",
                    (path, folder) ->
                        path.getFileName().toString().equals("hidden")
                            ? Selection.Verdict.LEAVE
                            : folder && path.endsWith("lookedInto")
                                ? Selection.Verdict.LOOK_INSIDE
                                : Selection.Verdict.TAKE)));
  }

  private interface Change {
    void make() throws IOException;
  }

  @Test
  void whateverIsCopiedCounts() throws IOException, InterruptedException {
    Path file = folder.resolve("file");
    Path link = folder.resolve("link");
    List<Change> changes =
        List.of(
            () -> Files.writeString(file, "y"),
            () -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------")),
            () -> Files.createDirectory(folder.resolve("sub/other")),
            () -> Files.move(folder.resolve("sub/0"), folder.resolve("sub/00")),
            () -> {
              Files.delete(link);
              Files.createSymbolicLink(link, Path.of("sub"));
            },
            () -> Files.writeString(folder.resolve("copy"), "y"),
            () -> {
              Files.delete(folder.resolve("copy"));
              Files.createLink(folder.resolve("copy"), file);
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            });
    List<String> digests = new ArrayList<>(List.of(digest(2)));

    for (Change change : changes) {
      change.make();
      digests.add(digest(2));
    }

    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void timesHiddenFilesAndThreadsDoNotCount() throws IOException, InterruptedException {
    String before = digest(1);
    Files.setLastModifiedTime(folder.resolve("file"), FileTime.fromMillis(5));
    Files.writeString(folder.resolve("sub/hidden"), "x");
    Path lookedInto = Files.createDirectory(folder.resolve("sub/lookedInto"));
    Files.writeString(lookedInto.resolve("hidden"), "x");

    assertThat(digest(3)).isEqualTo(before);
  }

  @Test
  void timesCountThatTheImageWillHaveAndOthersAreTheSameForAnyDate()
      throws IOException, InterruptedException {
    Path file = folder.resolve("file");
    List<String> digests = new ArrayList<>();
    for (long second : new long[] {2, 100, 101, 5000}) {
      Files.setLastModifiedTime(folder, FileTime.from(1, TimeUnit.SECONDS));
      Files.setLastModifiedTime(file, FileTime.from(second, TimeUnit.SECONDS));
      digests.add(digest(folder, 100, 1));
    }

    assertThat(digests.get(1)).isNotEqualTo(digests.get(0));
    assertThat(digests.subList(1, 4)).containsOnly(digests.get(1));
    Files.setLastModifiedTime(folder, FileTime.from(1, TimeUnit.SECONDS));
    for (String name : List.of("sub", "sub/empty", "link")) {
      // What lies between the two dates would count for one of them only.
      assertThat(Files.getLastModifiedTime(folder.resolve(name), LinkOption.NOFOLLOW_LINKS))
          .isGreaterThan(FileTime.from(4000, TimeUnit.SECONDS));
    }
    assertThat(digest(folder, 4000, 1)).isEqualTo(digests.get(3));
    assertThat(digest(folder, 0, 1)).as("its times are kept").isNotEqualTo(digests.get(3));
  }

  @Test
  void aCopyOfTheFolderIsTheSame() throws IOException, InterruptedException {
    Path one = Files.createDirectories(folder.resolve("one/context"));
    Path two = Files.createDirectories(folder.resolve("two/context"));
    for (Path root : List.of(one, two)) {
      Files.writeString(root.resolve("a"), "a");
      Files.createLink(root.resolve("b"), root.resolve("a"));
    }

    assertThat(digest(one, 0, 1)).isEqualTo(digest(two, 0, 1));
  }
}
