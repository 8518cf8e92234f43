package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.binfmt.CaptureCheck;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.emulator.Emulator;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.jspecify.annotations.Nullable;

/// The handlers of a session: one rule a guest, with flags POCF, in the session's own binfmt_misc.
public final class Handlers implements Executables {
  /// Follows the name of an entry by which twins are started, too.
  private static final String TWINS = "-twins";

  private final Instance instance;
  private final Emulators emulators;
  private final NativeGuests nativeGuests;
  private final Interpreter interpreter;
  private final Map<String, Emulator> registered = new LinkedHashMap<>();
  private @Nullable CaptureCheck ownPrograms;

  /// Chooses what the kernel starts for a guest's programs.
  public interface Interpreter {
    /// The emulator as it is.
    Interpreter EMULATOR = (_, emulator) -> emulator;

    /// @return the emulator, or something that becomes it
    Path of(Guest guest, Path emulator) throws IOException;
  }

  public Handlers(Instance instance, Emulators emulators, NativeGuests nativeGuests) {
    this(instance, emulators, nativeGuests, Interpreter.EMULATOR);
  }

  public Handlers(
      Instance instance, Emulators emulators, NativeGuests nativeGuests, Interpreter interpreter) {
    this.interpreter = interpreter;
    this.instance = instance;
    this.emulators = emulators;
    this.nativeGuests = nativeGuests;
  }

  /// Makes programs of these platforms run: those that this machine runs by itself stay as they
  /// are, the others get a handler.
  public void enable(List<Platform> platforms)
      throws SessionException, EmulatorException, IOException, InterruptedException {
    for (Platform platform : platforms) {
      Guest guest =
          Guest.of(platform)
              .orElseThrow(
                  () ->
                      new SessionException(
                          "no emulator runs " + platform + "; see anyarch platforms"));
      if (!nativeGuests.runs(guest)) {
        register(guest, emulators.forGuest(guest));
      }
    }
  }

  /// Makes programs of every guest run for which an emulator is at hand; fetches them if there is
  /// none at all.
  public void enableAll()
      throws SessionException, EmulatorException, IOException, InterruptedException {
    List<Emulator> available = emulators.available();
    if (available.isEmpty()) {
      emulators.fetch();
      available = emulators.available();
    }
    for (Emulator emulator : available) {
      if (!nativeGuests.runs(emulator.guest())) {
        register(emulator.guest(), emulator);
      }
    }
  }

  private void register(Guest guest, Emulator emulator) throws SessionException, IOException {
    if (registered.containsKey(guest.qemu())) {
      return;
    }
    try {
      Rule rule = Rule.forGuest(guest, interpreter.of(guest, emulator.path()), Flags.POCF);
      ownPrograms().require(rule);
      instance.register(rule);
    } catch (RuleException e) {
      throw new SessionException("cannot register " + guest.qemu() + ": " + e.getMessage(), e);
    }
    registered.put(guest.qemu(), emulator);
  }

  /// Has a guest's programs, which there is a handler for, started by what is made of its emulator.
  /// The kernel asks the newest entry first, so there is no moment without one.
  ///
  /// @throws IOException also if nothing can be made of it
  public static void start(Instance instance, Guest guest, Interpreter interpreter)
      throws IOException {
    String name = Rule.forGuest(guest, Path.of("/"), Flags.POCF).name();
    String ours = name + TWINS;
    if (Files.exists(instance.file(ours))) {
      return;
    }
    Entry entry = Entry.parse(name, Files.readString(instance.file(name)));
    Path emulator = Path.of(entry.interpreter());
    Path started = interpreter.of(guest, emulator);
    if (started.equals(emulator)) {
      throw new IOException(emulator + " has no place for what starts twins");
    }
    try {
      Rule rule = Rule.forGuest(guest, started, Flags.POCF);
      instance.register(new Rule(ours, rule.match(), rule.interpreter(), rule.flags()));
    } catch (RuleException e) {
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      // Another container of the same guest may begin at the same time.
      if (!Files.exists(instance.file(ours))) {
        throw e;
      }
    }
  }

  private CaptureCheck ownPrograms() throws IOException {
    if (ownPrograms == null) {
      ownPrograms = CaptureCheck.of(List.of(Path.of("/proc/self/exe"), Path.of("/bin/sh")));
    }
    return ownPrograms;
  }

  @Override
  public boolean run(byte[] head, String path) throws IOException, InterruptedException {
    if (Entry.first(instance.entries(), head, path).isPresent()) {
      return true;
    }
    Optional<Guest> guest = guestOf(head);
    return guest.isPresent() && nativeGuests.runs(guest.get());
  }

  /// The guest whose programs begin so.
  public static Optional<Guest> guestOf(byte[] head) {
    return Guest.all().stream()
        .filter(g -> new Rule.Match.Magic(0, g.magic(), g.mask()).takes(head, ""))
        .findFirst();
  }

  /// What is registered, in the order of registration.
  public List<Emulator> registered() {
    return new ArrayList<>(registered.values());
  }
}
