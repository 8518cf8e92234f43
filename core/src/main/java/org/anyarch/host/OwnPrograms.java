package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.binfmt.CaptureCheck;

/// The programs that no rule may take: the host's, ours, and emulators.
final class OwnPrograms {
  private static final List<String> OF_THE_HOST =
      List.of("/bin/sh", "/sbin/init", "/usr/lib/systemd/systemd", "/usr/bin/env");

  private OwnPrograms() {}

  static CaptureCheck check(HostView view, List<Path> emulators) throws IOException {
    List<Path> programs = new ArrayList<>(List.of(Path.of("/proc/self/exe"), Path.of("/bin/sh")));
    for (String program : OF_THE_HOST) {
      programs.add(view.path(program));
    }
    programs.addAll(emulators);
    return CaptureCheck.of(programs);
  }
}
