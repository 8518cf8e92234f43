package org.anyarch.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.KernelException;
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
