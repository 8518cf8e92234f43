package org.anyarch.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;

/// Finds out by trial of which guests this machine runs programs, as ordinary processes and in
/// containers. It is the kernel that decides and not what is registered, so this is the only proof.
///
/// The probes run in the user namespace of this process, with its handlers.
public final class Verifier {
  /// Two ways, ten seconds each at the worst, one at a time; and a moment for the helper.
  private static final Duration LONGEST = Duration.ofSeconds(2 * 10);

  private static final int MAX_ANSWERS = 1 << 20;

  private final Path helper;

  /// @param helper anyarch-probe
  public Verifier(Path helper) {
    this.helper = helper;
  }

  /// Runs a probe of each guest, each way.
  ///
  /// @param namespace the mount namespace of the host, for instance `/proc/1/ns/mnt`; empty for our
  ///   own
  /// @param folder where probes are written, as the host names it: on a file system that allows
  ///   execution
  /// @return a verdict for every guest, in the order of `guests`
  /// @throws VerifierException if the helper could not do its work; that a probe does not run is a
  ///   verdict
  public Map<Guest, Verdict> verify(Optional<Path> namespace, Path folder, List<Guest> guests)
      throws VerifierException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(helper.toString()));
    namespace.ifPresent(file -> command.addAll(List.of("--ns", file.toString())));
    command.add(folder.toString());
    Answers answers = ask(command, guests);
    Map<Guest, Verdict> verdicts = new LinkedHashMap<>();
    for (Guest guest : guests) {
      verdicts.put(
          guest, new Verdict(guest, answers.outcomes().getOrDefault(guest.qemu(), Map.of())));
    }
    return verdicts;
  }

  private Answers ask(List<String> command, List<Guest> guests)
      throws VerifierException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new VerifierException(
          "cannot start " + helper + ": " + e.getMessage() + "; install anyarch again", e);
    }
    Duration limit = LONGEST.multipliedBy(guests.size() + 1L);
    Thread watch = Thread.ofVirtual().start(() -> endAfter(process, limit));
    try {
      feed(process, guests);
      String text;
      try (InputStream output = process.getInputStream()) {
        text = new String(output.readNBytes(MAX_ANSWERS), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new VerifierException("cannot hear " + helper + ": " + e.getMessage(), e);
      }
      int status = process.waitFor();
      Answers answers = Answers.parse(text);
      if (status != 0) {
        String said = String.join("; ", answers.complaints());
        throw new VerifierException(
            "cannot try which programs run: "
                + (said.isEmpty() ? helper + " ended with status " + status : said));
      }
      return answers;
    } finally {
      process.destroyForcibly();
      watch.interrupt();
    }
  }

  private static void feed(Process process, List<Guest> guests) {
    try (OutputStream input = process.getOutputStream()) {
      for (Guest guest : guests) {
        byte[] program = ElfProbe.exiting(guest, Verdict.STATUS);
        input.write(
            (guest.qemu() + " " + program.length + "\n").getBytes(StandardCharsets.US_ASCII));
        input.write(program);
      }
    } catch (IOException closed) {
      // It ended early, and its status and its words say why.
    }
  }

  private static void endAfter(Process process, Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
