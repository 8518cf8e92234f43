package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.host.emit.Emission;
import org.anyarch.host.emit.EmitException;
import org.anyarch.host.emit.EmitRequest;
import org.anyarch.host.emit.Emitters;
import org.anyarch.platform.Guest;

/// The host's own files that bring anyarch's handlers back at boot, and after somebody has flushed
/// all entries: those of whatever registers handlers on this host.
public final class Persistence {
  private static final String BINFMT_D = "/etc/binfmt.d/zz-anyarch.conf";

  private static final List<String> SYSTEMD =
      List.of("/usr/lib/systemd/systemd-binfmt", "/lib/systemd/systemd-binfmt");
  private static final List<String> SUPPORT =
      List.of("/usr/sbin/update-binfmts", "/sbin/update-binfmts");

  private final Grounds grounds;
  private final String version;

  /// @param version anyarch's own, said in comments
  public Persistence(Grounds grounds, String version) {
    this.grounds = grounds;
    this.version = version;
  }

  /// Writes files for the entries that are anyarch's now.
  ///
  /// @return what was written and what puts it in force, a line each
  /// @throws HostException if nothing on this host would read them, or files of others are in the
  ///   way
  public List<String> write(Flags flags) throws HostException, IOException {
    if (grounds.standpoint().init().isEmpty() && grounds.standpoint().root().isEmpty()) {
      throw HostException.impossible(
          "the host's files cannot be reached from this container; start it with the host's process numbers"
              + " (--pid=host), or mount the host's root folder and say --host-root");
    }
    HostView view = grounds.standpoint().view();
    Path release = view.path("/etc/os-release");
    if (Files.isRegularFile(release)
        && Files.readString(release).lines().anyMatch("ID=bottlerocket"::equals)) {
      throw HostException.impossible(
          "Bottlerocket reads no files at boot that could be written here: anyarch host emit bottlerocket");
    }
    Map<Guest, Path> ours = ours();
    if (ours.isEmpty()) {
      throw HostException.failed("no handler here is anyarch's, so there is nothing to bring back");
    }
    Map<String, Path> interpreters = new TreeMap<>();
    ours.forEach((guest, path) -> interpreters.put(guest.qemu(), path));
    EmitRequest request =
        EmitRequest.of(List.copyOf(ours.keySet()), version)
            .withFlags(flags)
            .withInterpreters(interpreters);
    List<String> done = new ArrayList<>();
    try {
      for (Emission emission : Emitters.emit(kind(view), request)) {
        emission.write(view.path("/"));
        done.add("wrote " + emission.path());
        done.addAll(commands(emission.how()));
      }
    } catch (EmitException e) {
      throw HostException.failed(String.valueOf(e.getMessage()), e);
    }
    return done;
  }

  /// Brings what [#write] wrote up to what is registered now, or removes it if no handler is
  /// anyarch's any more. Nothing happens if nothing was written.
  public List<String> refresh(Flags flags) throws HostException, IOException {
    HostView view = grounds.standpoint().view();
    if (!Files.exists(view.path(BINFMT_D))) {
      return List.of();
    }
    if (!ours().isEmpty()) {
      return write(flags);
    }
    List<String> done = new ArrayList<>();
    EmitRequest any = EmitRequest.of(List.of(Guest.all().getLast()), version);
    try {
      for (Emission emission : Emitters.emit("binfmt.d", any)) {
        if (emission.remove(view.path("/"))) {
          done.add("removed " + emission.path());
        }
      }
    } catch (EmitException e) {
      throw HostException.failed(String.valueOf(e.getMessage()), e);
    }
    return done;
  }

  /// A remark stands before the command that it is about; behind it the line is one that a shell
  /// takes.
  static List<String> commands(List<String> how) {
    List<String> commands = new ArrayList<>();
    StringBuilder remark = new StringBuilder();
    for (String line : how) {
      if (line.startsWith("#")) {
        remark.append(remark.isEmpty() ? " #" : "").append(line.substring(1));
      } else {
        commands.add("to put it in force now: " + line + remark);
        remark.setLength(0);
      }
    }
    return commands;
  }

  private static String kind(HostView view) throws HostException, IOException {
    for (String path : SYSTEMD) {
      if (Files.exists(view.path(path))) {
        return "binfmt.d";
      }
    }
    for (String path : SUPPORT) {
      if (Files.exists(view.path(path))) {
        return "update-binfmts";
      }
    }
    throw HostException.impossible(
        "nothing on this host registers handlers at boot (neither systemd-binfmt nor update-binfmts);"
            + " start anyarch host keep, or anyarch host install, when it boots");
  }

  private Map<Guest, Path> ours() throws HostException, IOException {
    Ground ground = grounds.any();
    try {
      Map<Guest, Path> ours = new LinkedHashMap<>();
      for (Entry entry : ground.instance().entries()) {
        if (Owners.isOurs(entry)) {
          Inventory.guest(entry).ifPresent(g -> ours.put(g, Path.of(entry.interpreter())));
        }
      }
      return ours;
    } finally {
      grounds.leave(ground);
    }
  }
}
