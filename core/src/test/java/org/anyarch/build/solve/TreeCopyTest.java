package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.Mounts;
import org.anyarch.kernel.Programs;
import org.anyarch.kernel.Terminals;
import org.anyarch.kernel.Views;
import org.anyarch.kernel.Xattrs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeCopyTest {
  private static final long SIZE = 1L << 30;

  @TempDir private Path folder;

  @Test
  void anInterruptEndsTheCopyOfALargeFileInItsMiddle() throws IOException {
    Path large = folder.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    List<Long> copied = new ArrayList<>();
    TreeCopy copy =
        new TreeCopy(
            new NoKernel(),
            new TreeCopy.Looks(Optional.empty(), ModeChange.NONE),
            Selection.ALL,
            _ -> {},
            count -> {
              copied.add(count);
              Thread.currentThread().interrupt();
            });

    assertThatThrownBy(() -> copy.one(large, folder.resolve("copy")))
        .isInstanceOf(ClosedByInterruptException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(copied).hasSize(1).allSatisfy(count -> assertThat(count).isLessThan(SIZE));
  }

  /// Nothing is asked of it before a file's bytes are there.
  private static final class NoKernel implements Kernel {
    @Override
    public Mounts mounts() {
      throw new AssertionError();
    }

    @Override
    public FileNodes nodes() {
      throw new AssertionError();
    }

    @Override
    public Xattrs xattrs() {
      throw new AssertionError();
    }

    @Override
    public Programs programs() {
      throw new AssertionError();
    }

    @Override
    public Terminals terminals() {
      throw new AssertionError();
    }

    @Override
    public Views views() {
      throw new AssertionError();
    }
  }
}
