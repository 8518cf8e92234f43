package org.anyarch.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// System calls that need no privilege, on the real kernel. Mounts and devices are tried in the
/// integration tests, inside a session.
final class LinuxKernelTest {
  private final Kernel kernel = LinuxKernel.create();

  @TempDir private Path folder;

  @Test
  void aFifoHasExactlyItsModeWhateverTheUmask() throws IOException {
    Path fifo = folder.resolve("fifo");
    kernel.nodes().make(fifo, FileNodes.Kind.FIFO, 0666, 0, 0);

    assertThat(Files.getAttribute(fifo, "unix:mode", LinkOption.NOFOLLOW_LINKS)).isEqualTo(010666);
  }

  @Test
  void timesOfALinkAreItsOwnAndHaveNanoseconds() throws IOException {
    Path target = Files.createFile(folder.resolve("target"));
    FileTime before = Files.getLastModifiedTime(target);
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);

    kernel.nodes().touch(link, 1_000_000_000L, 123_456_789);

    assertThat(Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS).toInstant())
        .isEqualTo(Instant.ofEpochSecond(1_000_000_000L, 123_456_789));
    assertThat(Files.getLastModifiedTime(target)).isEqualTo(before);
  }

  @Test
  void aNewFileIsWhatItsDescriptorWasToldToMakeOfIt() throws IOException {
    Path file = folder.resolve("näme");
    byte[] content = new byte[200_001];
    new Random(1).nextBytes(content);
    NewFiles files = kernel.nodes().newFiles();

    files.create(file);
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
    files.write(content, 0, 1);
    files.write(content, 1, content.length - 1);
    int uid = (int) Files.getAttribute(file, "unix:uid");
    int gid = (int) Files.getAttribute(file, "unix:gid");
    files.own(uid, gid);
    files.permit(04777);
    files.touch(-5, 123_456_789);
    files.close();

    assertThat(Files.readAllBytes(file)).isEqualTo(content);
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0104777);
    assertThat(Files.getLastModifiedTime(file).toInstant())
        .isEqualTo(Instant.ofEpochSecond(-5, 123_456_789));
  }

  @Test
  void aNewFileIsNeverMadeThroughALinkNorInPlaceOfAFile() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    Path kept = Files.writeString(folder.resolve("kept"), "kept");
    NewFiles files = kernel.nodes().newFiles();

    for (Path taken : List.of(link, kept)) {
      assertThatThrownBy(() -> files.create(taken))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
          .hasMessageContaining(taken.toString());
    }
    assertThat(elsewhere).doesNotExist();
    assertThat(kept).hasContent("kept");
    files.create(folder.resolve("next"));
    files.close();
    files.close();
    assertThat(folder.resolve("next")).isEmptyFile();
  }

  @Test
  void aNewFileThatIsOpenIsNotForgotten() throws IOException {
    NewFiles files = kernel.nodes().newFiles();
    files.create(folder.resolve("first"));
    assertThatThrownBy(() -> files.create(folder.resolve("second")))
        .isInstanceOf(IllegalStateException.class);
    files.close();
    Path longest = Path.of("/" + "x".repeat(5000));
    assertThatThrownBy(() -> files.create(longest))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }

  @Test
  void errnoIsKeptWithWhatWasTried() {
    Path missing = folder.resolve("no/such");

    assertThatThrownBy(() -> kernel.nodes().touch(missing, 0, 0))
        .isInstanceOfSatisfying(
            KernelException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.ENOENT);
              assertThat(e).hasMessageContaining(missing.toString()).hasMessageContaining("ENOENT");
            });
    assertThatThrownBy(() -> kernel.xattrs().value(folder, "user.none"))
        .isInstanceOfSatisfying(
            KernelException.class,
            e -> assertThat(e.errno()).isIn(Errno.ENODATA, Errno.EOPNOTSUPP));
    assertThatThrownBy(() -> kernel.mounts().mount("x", missing, "no-such-type", Set.of(), ""))
        .isInstanceOf(KernelException.class);
  }

  @Test
  void attributesAreReadAsTheyWereSet() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    byte[] value = new byte[300];
    value[1] = -1;
    try {
      kernel.xattrs().set(file, "user.b", value);
    } catch (KernelException e) {
      // tmpfs has user attributes since Linux 6.6; without them there are none to list.
      assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
      assertThat(kernel.xattrs().list(file)).doesNotContain("user.b");
      return;
    }
    kernel.xattrs().set(file, "user.a", new byte[0]);

    assertThat(kernel.xattrs().list(file)).containsSubsequence("user.a", "user.b");
    assertThat(kernel.xattrs().value(file, "user.b")).isEqualTo(value);
    assertThat(kernel.xattrs().value(file, "user.a")).isEmpty();
    assertThat(kernel.xattrs().list(Files.createSymbolicLink(folder.resolve("l"), file)))
        .doesNotContain("user.a");
  }
}
