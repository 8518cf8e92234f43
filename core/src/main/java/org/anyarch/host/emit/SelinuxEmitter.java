package org.anyarch.host.emit;

import java.util.List;

/// A module (CIL) for SELinux policies that have no rules of their own for binfmt_misc.
final class SelinuxEmitter implements Emitter {
  private static final String FILE = "anyarch_binfmt.cil";

  @Override
  public String name() {
    return "selinux";
  }

  @Override
  public String summary() {
    return "an SELinux module for policies without rules for binfmt_misc";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    PolicyNames names = request.selinux();
    names.check();
    StringBuilder content = new StringBuilder(rules(request, names));
    for (String attribute : names.optionalAttributes()) {
      content.append(
          """

          (optional anyarch_is_a_%1$s
            (typeattributeset %1$s (%2$s)))
          """
              .formatted(attribute, names.type()));
    }
    content.append("\n; These mount it and register.\n");
    names.writers().forEach(w -> content.append(writer(w, names.type())));
    for (String writer : names.optionalWriters()) {
      content
          .append("(optional anyarch_writer_" + writer + "\n")
          .append(writer(writer, names.type()).indent(2).stripTrailing())
          .append(")\n");
    }
    return List.of(
        new Emission(
            FILE,
            Emission.PLAIN,
            content.toString(),
            List.of(
                "# only if this lists nothing; with two labels for binfmt_misc the policy is refused, or"
                    + " one of them wins:",
                "seinfo --genfscon binfmt_misc",
                "semodule -i " + FILE,
                "restorecon -RFv " + Quote.shell(request.folder().toString()),
                "# binfmt_misc is labelled when it is mounted the next time; to undo all of it:",
                "# semodule -r anyarch_binfmt")));
  }

  private static String rules(EmitRequest request, PolicyNames names) throws EmitException {
    return """
        ; Written by anyarch %1$s. For policies that have no rules for binfmt_misc: whoever may write
        ; there decides which program starts when others are called, so that is for the host and for
        ; privileged containers; everybody may look. A policy that labels binfmt_misc itself needs no
        ; such module.
        (type %2$s)
        (roletype object_r %2$s)
        (genfscon binfmt_misc "/" (system_u object_r %2$s ((s0) (s0))))
        (allow %2$s self (filesystem (associate)))

        ; Everybody reads what is registered.
        (allow %3$s %2$s (filesystem (getattr)))
        (allow %3$s %2$s (dir (getattr open read search)))
        (allow %3$s %2$s (file (getattr open read ioctl)))

        ; Ordinary containers map emulators.
        (allow %4$s %5$s (file (getattr open read map execute)))
        (filecon "%6$s(/.*)?" any (system_u object_r %5$s ((s0) (s0))))
        """
        .formatted(
            request.version(),
            names.type(),
            names.readers(),
            names.container(),
            names.emulator(),
            pattern(request.folder().toString()));
  }

  private static String writer(String writer, String type) {
    return """
        (allow %1$s %2$s (filesystem (getattr mount remount unmount)))
        (allow %1$s %2$s (dir (getattr mounton open read search write)))
        (allow %1$s %2$s (file (append getattr ioctl lock open read setattr write)))
        """
        .formatted(writer, type);
  }

  /// A path as a regular expression in a string of CIL, which knows no escapes for quotes.
  private static String pattern(String path) throws EmitException {
    if (!path.matches("[A-Za-z0-9_/.+ -]+")) {
      throw new EmitException(
          "the folder \""
              + Quote.shown(path)
              + "\" cannot be written in an SELinux module; use"
              + " letters, digits and _ . + -");
    }
    return path.replaceAll("[.+]", "\\\\$0");
  }
}
