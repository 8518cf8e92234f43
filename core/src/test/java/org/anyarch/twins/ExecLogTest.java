package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records as execs.h has them.
final class ExecLogTest {
  private static final int NATIVE = 0;
  private static final int NO_TWIN = 2;
  private static final int VARIABLE = 5;
  private static final int NOT_STARTED = 8;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @TempDir Path folder;

  private void note(int outcome, String path, String variable) {
    ByteBuffer record = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
    record.putLong(1).putInt(7).putInt(outcome);
    record.put(16, path.getBytes(StandardCharsets.UTF_8));
    record.put(104, variable.getBytes(StandardCharsets.UTF_8));
    log.writeBytes(record.array());
  }

  private Execs read() throws IOException {
    return ExecLog.read(Files.write(folder.resolve("execs"), log.toByteArray()));
  }

  @Test
  void equalExecsAreCounted() throws IOException {
    note(NO_TWIN, "/usr/bin/perl", "");
    note(NATIVE, "/bin/cat", "");
    note(NATIVE, "/bin/cat", "");
    note(VARIABLE, "/bin/cat", "LD_PRELOAD");

    Execs execs = read();

    assertThat(execs.programs())
        .extracting(Execs.Program::path, Execs.Program::outcome, Execs.Program::variable)
        .containsExactly(
            tuple("/bin/cat", Execs.Outcome.NATIVE, ""),
            tuple("/bin/cat", Execs.Outcome.VARIABLE, "LD_PRELOAD"),
            tuple("/usr/bin/perl", Execs.Outcome.NO_TWIN, ""));
    assertThat(execs.whole()).isTrue();
    assertThat(execs.inWords()).isEqualTo("4 programs, 50 % native");
  }

  @Test
  void aTwinThatCouldNotBeStartedWasEmulated() throws IOException {
    note(NATIVE, "/bin/cat", "");
    note(NOT_STARTED, "/bin/cat", "");

    assertThat(read().inWords()).isEqualTo("1 program, 0 % native");
  }

  @Test
  void whatMakesNoSenseIsPassedOverAndSaid() throws IOException {
    note(NATIVE, "/bin/cat", "");
    note(Execs.Outcome.values().length, "/bin/cat", "");
    note(NATIVE, "", "");
    log.write(1);

    assertThat(read().inWords()).isEqualTo("at least 1 program, 100 % native");
  }

  @Test
  void aNameCannotSteerATerminal() throws IOException {
    note(NATIVE, "\033[31m/bin\n/cat", "");

    assertThat(read().programs()).extracting(Execs.Program::path).containsExactly("/bin?/cat");
  }

  @Test
  void differentProgramsWithoutEndAreCountedTogether() throws IOException {
    for (int i = 0; i < 5000; i++) {
      note(NO_TWIN, "/" + i, "");
    }

    Execs execs = read();

    assertThat(execs.programs()).hasSize(4097);
    assertThat(execs.count()).isEqualTo(5000);
    assertThat(execs.inWords()).isEqualTo("at least 5000 programs, 0 % native");
  }

  /// A step can make the file as long as it likes without a byte on the disk.
  @Test
  void noMoreIsReadThanTheDispatcherWrites() throws IOException {
    Path file = folder.resolve("execs");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }

    assertThat(ExecLog.read(file).count()).isZero();
  }

  private void noteOf(int pid, long when, String path) {
    ByteBuffer record = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
    record.putLong(when).putInt(pid).putInt(NO_TWIN);
    record.put(16, path.getBytes(StandardCharsets.UTF_8));
    log.writeBytes(record.array());
  }

  @Test
  void aSampleCountsForWhatItsProcessRanThen() throws IOException {
    noteOf(1, 100, "/bin/sh");
    noteOf(2, 200, "/bin/cc");
    noteOf(2, 300, "/bin/as");
    Files.write(folder.resolve("execs"), log.toByteArray());
    List<ExecLog.Sample> samples =
        List.of(
            new ExecLog.Sample(50, List.of(1)),
            new ExecLog.Sample(150, List.of(1)),
            // A copy of the shell that has not executed anything yet, and one of a stranger.
            new ExecLog.Sample(160, List.of(2, 1)),
            new ExecLog.Sample(170, List.of(9)),
            new ExecLog.Sample(250, List.of(2, 1)),
            new ExecLog.Sample(350, List.of(2, 1)),
            new ExecLog.Sample(351, List.of(2, 1)));

    Execs execs = ExecLog.read(folder.resolve("execs"), samples, Duration.ofMillis(10));

    assertThat(execs.sampled()).isTrue();
    assertThat(execs.programs())
        .extracting(Execs.Program::path, program -> program.atWork().toMillis())
        .containsExactlyInAnyOrder(
            tuple("/bin/sh", 20L), tuple("/bin/cc", 10L), tuple("/bin/as", 20L));
  }

  @Property(tries = 500)
  void anyBytesAreALog(@ForAll @Size(max = 1000) byte[] bytes) throws IOException {
    Path file = Files.createTempFile("execs", "");
    try {
      Execs execs = ExecLog.read(Files.write(file, bytes));
      assertThat(execs.count()).isLessThanOrEqualTo(bytes.length / 128);
      assertThat(execs.programs())
          .allMatch(
              program -> program.count() > 0 && program.path().chars().noneMatch(c -> c < ' '));
    } finally {
      Files.delete(file);
    }
  }
}
