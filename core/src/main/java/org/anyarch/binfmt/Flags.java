package org.anyarch.binfmt;

import java.util.EnumSet;
import java.util.Set;
import org.anyarch.kernel.Errno;

/// The flags of a rule (Documentation/admin-guide/binfmt-misc.rst).
///
/// @param preserveArgv0 P: the interpreter gets the program's own argv[0] as well
/// @param openBinary O: the interpreter gets the program as an open file
/// @param credentials C: rights come from the program, so setuid works; implies O
/// @param fixBinary F: the interpreter is opened when the rule is registered and needed nowhere
///   else
public record Flags(
    boolean preserveArgv0, boolean openBinary, boolean credentials, boolean fixBinary) {
  /// What emulating whole containers needs: argv[0] kept, sudo working, no emulator in the
  /// container.
  public static final Flags POCF = new Flags(true, true, true, true);

  public static final Flags NONE = new Flags(false, false, false, false);

  public Flags {
    openBinary |= credentials;
  }

  /// Reads flags in any order, repeats allowed, as the kernel does; unknown letters are EINVAL.
  public static Flags parse(String text) throws RuleException {
    Set<Letter> found = EnumSet.noneOf(Letter.class);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case 'P' -> found.add(Letter.P);
        case 'O' -> found.add(Letter.O);
        case 'C' -> found.add(Letter.C);
        case 'F' -> found.add(Letter.F);
        default ->
            throw new RuleException("flag '" + c + "' is not one of P, O, C, F", Errno.EINVAL);
      }
    }
    return new Flags(
        found.contains(Letter.P),
        found.contains(Letter.O),
        found.contains(Letter.C),
        found.contains(Letter.F));
  }

  private enum Letter {
    P,
    O,
    C,
    F
  }

  /// In the kernel's order: a subset of `POCF`.
  @Override
  public String toString() {
    return (preserveArgv0 ? "P" : "")
        + (openBinary ? "O" : "")
        + (credentials ? "C" : "")
        + (fixBinary ? "F" : "");
  }
}
