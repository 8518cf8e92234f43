package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.anyarch.kernel.Xattrs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeComparisonTest {
  private final Spans today =
      Spans.between(Instant.now().minusSeconds(3600), Instant.now().plusSeconds(3600));

  @TempDir Path folder;
  private Path one;
  private Path other;

  @BeforeEach
  void folders() throws IOException {
    one = Files.createDirectory(folder.resolve("one"));
    other = Files.createDirectory(folder.resolve("other"));
  }

  private final Map<Path, String> attributes = new HashMap<>();

  /// Each file has one, whose value does not matter.
  private final Xattrs xattrs =
      new Xattrs() {
        @Override
        public List<String> list(Path path) {
          return Stream.ofNullable(attributes.get(path)).toList();
        }

        @Override
        public byte[] value(Path path, String name) {
          return new byte[0];
        }

        @Override
        public void set(Path path, String name, byte[] value) {
          attributes.put(path, name);
        }
      };

  private interface Change {
    void make(Path root) throws IOException;
  }

  private void both(Change change) throws IOException {
    change.make(one);
    change.make(other);
  }

  private static Change file(String name, String text) {
    return root -> Files.writeString(root.resolve(name), text);
  }

  private List<String> differences() throws IOException {
    return TreeComparison.of(
            new TreeComparison.Side(one, today), new TreeComparison.Side(other, today), xattrs)
        .stream()
        .map(TreeComparison.Difference::inWords)
        .toList();
  }

  @Test
  void equalTreesDifferInNothing() throws IOException {
    both(file("a", "text"));
    both(root -> Files.createDirectory(root.resolve("d")));
    both(file("d/b", ""));
    both(root -> Files.createSymbolicLink(root.resolve("l"), Path.of("a")));
    Files.setLastModifiedTime(one.resolve("a"), FileTime.from(Instant.now().minusSeconds(60)));

    assertThat(differences()).isEmpty();
  }

  @Test
  void eachDifferenceIsNamed() throws IOException {
    both(file("content", "a"));
    file("content", "b").make(one);
    file("size", "a").make(one);
    file("size", "ab").make(other);
    both(file("mode", ""));
    Files.setPosixFilePermissions(
        one.resolve("mode"), PosixFilePermissions.fromString("rwx------"));
    both(file("mtime", ""));
    Files.setLastModifiedTime(one.resolve("mtime"), FileTime.from(Instant.ofEpochSecond(1)));
    Files.createSymbolicLink(one.resolve("link"), Path.of("x"));
    Files.createSymbolicLink(other.resolve("link"), Path.of("y"));
    file("type", "").make(one);
    Files.createDirectory(other.resolve("type"));
    both(root -> Files.createDirectory(root.resolve("d")));
    file("d/here", "").make(one);
    file("d/there", "").make(other);
    both(file("names", ""));
    attributes.put(one.resolve("d"), "user.overlay.opaque");
    attributes.put(one.resolve("names"), "user.overlay.origin");
    Files.createLink(one.resolve("second"), one.resolve("names"));
    file("second", "").make(other);

    assertThat(differences())
        .containsExactly(
            "/content (content)",
            "/d (attributes)",
            "/d/here (only accelerated)",
            "/d/there (only emulated)",
            "/link (content)",
            "/mode (mode)",
            "/mtime (mtime)",
            "/names (links)",
            "/second (links)",
            "/size (size, content)",
            "/type (type)");
  }
}
