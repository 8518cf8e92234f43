package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Small programs that are written, started at once, and removed. All are written before the first
/// is started: a process that is just being started has all files open that we have, and a file
/// that is open for writing cannot be executed (ETXTBSY).
final class Trial {
  private static final int SECONDS = 10;

  /// A program that answers to nothing has no status.
  static final int NONE = -1;

  private Trial() {}

  /// How a program ended.
  ///
  /// @param status [#NONE] if it did not start, or did not end
  /// @param text what it printed, or why it did not start
  record Ended(int status, String text) {}

  /// @param programs contents, by names that may be part of a file's name
  /// @param environment what the programs get besides our own
  static Map<String, Ended> run(
      Path folder, Map<String, byte[]> programs, Map<String, String> environment)
      throws IOException, InterruptedException {
    Map<String, Path> files = new TreeMap<>();
    String run = Long.toHexString(System.nanoTime());
    try {
      for (Map.Entry<String, byte[]> program : programs.entrySet()) {
        Path file = folder.resolve(".try-" + program.getKey() + "-" + run);
        files.put(program.getKey(), file);
        Files.write(file, program.getValue());
        HostFolder.readableByAll(file, true);
      }
      return started(files, environment);
    } finally {
      List<IOException> left = new ArrayList<>();
      for (Path file : files.values()) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          left.add(e);
        }
      }
      assert left.isEmpty() : left;
    }
  }

  private static Map<String, Ended> started(
      Map<String, Path> files, Map<String, String> environment)
      throws IOException, InterruptedException {
    Map<String, Ended> ended = new TreeMap<>();
    try (ExecutorService runners =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      Map<String, Future<Ended>> running = new TreeMap<>();
      files.forEach(
          (name, file) -> running.put(name, runners.submit(() -> start(file, environment))));
      for (Map.Entry<String, Future<Ended>> entry : running.entrySet()) {
        ended.put(entry.getKey(), entry.getValue().get());
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    return ended;
  }

  private static Ended start(Path file, Map<String, String> environment)
      throws InterruptedException {
    try {
      ProcessBuilder builder = new ProcessBuilder(file.toString()).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Ended(NONE, "it does not end");
      }
      byte[] text = process.getInputStream().readNBytes(4096);
      return new Ended(process.exitValue(), new String(text, StandardCharsets.UTF_8));
    } catch (IOException refused) {
      return new Ended(NONE, Optional.ofNullable(refused.getMessage()).orElse("it does not start"));
    }
  }
}
