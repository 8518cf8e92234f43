package org.anyarch.host.emit;

import java.util.ArrayList;
import java.util.List;
import org.anyarch.binfmt.BinfmtD;
import org.anyarch.binfmt.RuleException;

/// Rules for systemd-binfmt, which registers them at boot, and again whenever it has removed all
/// entries.
final class BinfmtDEmitter implements Emitter {
  /// Files are read in the order of their names, and a later rule replaces an earlier one of its
  /// name: the distribution's qemu-*.conf must not be the last.
  static final String PATH = "/etc/binfmt.d/zz-anyarch.conf";

  @Override
  public String name() {
    return "binfmt.d";
  }

  @Override
  public String summary() {
    return "rules that systemd-binfmt registers at boot, and restores instead of wiping";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    List<String> how = new ArrayList<>(request.placing());
    how.add("# with a file named it registers that file's rules and leaves all others alone");
    how.add("/usr/lib/systemd/systemd-binfmt " + PATH);
    return List.of(new Emission(PATH, Emission.PLAIN, text(request), how));
  }

  private static String text(EmitRequest request) throws EmitException {
    try {
      return BinfmtD.text(
          """
          Written by anyarch %s. Handlers for programs of other architectures; systemd-binfmt
          registers them at boot. This file is read last, so that of two rules with one name this
          one counts. The emulators have to be there: with F in the flags the kernel opens them now."""
              .formatted(request.version()),
          request.rules());
    } catch (RuleException e) {
      throw new EmitException(String.valueOf(e.getMessage()), e);
    }
  }
}
