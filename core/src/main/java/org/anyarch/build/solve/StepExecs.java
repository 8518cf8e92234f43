package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.session.ContainerSpec;
import org.anyarch.twins.ExecLog;
import org.anyarch.twins.Execs;
import org.anyarch.twins.Twins;

/// The file in which a step's foreign programs are noted. It is one step's alone: what is in it is
/// nobody else's to see.
final class StepExecs implements AutoCloseable {
  private final Path work;
  private final Path folder;
  private final Path log;

  private StepExecs(Path work, Path folder, Path log) {
    this.work = work;
    this.folder = folder;
    this.log = log;
  }

  /// @param work for this step alone; made
  static StepExecs in(Path work) throws IOException {
    Path folder = Files.createDirectories(work.resolve("shown"));
    Path log = Files.createFile(work.resolve("execs"));
    // Programs of every user of the step are noted, whatever the caller's umask.
    Files.setAttribute(log, "unix:mode", 0666);
    return new StepExecs(work, folder, log);
  }

  /// What is shown in the container, so that the file is among it.
  ///
  /// @param twins what is shown for twins, if anything is
  List<ContainerSpec.Bind> among(List<ContainerSpec.Bind> twins) throws IOException {
    List<ContainerSpec.Bind> binds = new ArrayList<>(twins);
    if (twins.isEmpty()) {
      binds.add(new ContainerSpec.Bind(folder, Twins.TARGET, false));
    }
    for (ContainerSpec.Bind bind : binds) {
      Path point = bind.source().resolve(Path.of(ExecLog.TARGET).getFileName());
      if (bind.target().equals(Twins.TARGET) && !Files.exists(point)) {
        // The folder is read-only in the container: what is mounted in it has to be there.
        Files.write(point, new byte[0]);
      }
    }
    binds.add(new ContainerSpec.Bind(log, ExecLog.TARGET, true));
    return binds;
  }

  Execs read() throws IOException {
    return ExecLog.read(log);
  }

  /// With the times of what was seen at work.
  Execs read(List<ExecLog.Sample> samples) throws IOException {
    return ExecLog.read(log, samples, ExecSampler.PERIOD);
  }

  @Override
  public void close() throws IOException {
    Trees.delete(work);
  }
}
