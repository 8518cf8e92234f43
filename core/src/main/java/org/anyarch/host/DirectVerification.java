package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;

/// Runs a tiny program of each guest as an ordinary process of this mount namespace. Of a guest for
/// which no program can be made it only finds out that its emulator starts.
public final class DirectVerification implements Verification {
  private static final int STATUS = 42;
  private static final int SECONDS = 10;

  /// Looks from where this process stands.
  public DirectVerification() {
    // Nothing to be kept.
  }

  @Override
  public Map<Guest, Outcome> verify(HostView view, HostFolder folder, List<Guest> guests)
      throws IOException, InterruptedException {
    Map<Guest, Outcome> outcomes = new LinkedHashMap<>();
    try (ExecutorService runners =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      Map<Guest, Future<Outcome>> running = new LinkedHashMap<>();
      for (Guest guest : guests) {
        running.put(guest, runners.submit(() -> verify(folder, guest)));
      }
      for (Map.Entry<Guest, Future<Outcome>> entry : running.entrySet()) {
        outcomes.put(entry.getKey(), entry.getValue().get());
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    return outcomes;
  }

  private static Outcome verify(HostFolder folder, Guest guest)
      throws IOException, InterruptedException {
    if (!ElfProbe.supports(guest)) {
      return Loaded.version(guest, folder.here())
          .map(v -> new Outcome(true, "its emulator (QEMU " + v + ") starts"))
          .orElseGet(() -> new Outcome(false, "no emulator starts for its programs"));
    }
    Path program =
        folder
            .here()
            .resolve(".verify-" + guest.qemu() + "-" + Long.toHexString(System.nanoTime()));
    try {
      Files.write(program, ElfProbe.exiting(guest, STATUS));
      HostFolder.readableByAll(program, true);
      Process process = new ProcessBuilder(program.toString()).start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Outcome(false, "a program that ends at once does not end");
      }
      int status = process.exitValue();
      return status == STATUS
          ? new Outcome(true, "a program of it ran")
          : new Outcome(false, "a program of it ended with status " + status + ", not " + STATUS);
    } catch (IOException refused) {
      return new Outcome(false, "a program of it does not start: " + refused.getMessage());
    } finally {
      Files.deleteIfExists(program);
    }
  }
}
