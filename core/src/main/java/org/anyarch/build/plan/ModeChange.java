package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.List;

/// What `--chmod` does to a file's mode: an octal number (`755`), or the clauses of chmod(1)
/// (`u=rwX,go=rX`). A clause without `u`, `g`, `o` or `a` is for all; there is no umask.
public final class ModeChange {
  /// Leaves every mode as it is.
  public static final ModeChange NONE = new ModeChange(List.of());

  private static final int EXECUTE = 0111;

  /// @param who the bits that the clause is about
  /// @param bits `rwxst` as bits for everyone
  /// @param from `u`, `g` or `o` whose bits are copied, or 0
  private record Clause(int who, char operator, int bits, boolean executeIfAny, char from) {
    int apply(int mode, boolean folder) {
      int set = bits;
      if (executeIfAny && (folder || (mode & EXECUTE) != 0)) {
        set |= EXECUTE;
      }
      if (from != 0) {
        int shift = from == 'u' ? 6 : from == 'g' ? 3 : 0;
        set = ((mode >> shift) & 7) * EXECUTE;
      }
      return switch (operator) {
        case '+' -> mode | (set & who);
        case '-' -> mode & ~(set & who);
        default -> (mode & ~who) | (set & who);
      };
    }
  }

  private final List<Clause> clauses;

  private ModeChange(List<Clause> clauses) {
    this.clauses = List.copyOf(clauses);
  }

  /// @throws IllegalArgumentException that says what is wrong with `text`
  public static ModeChange parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    if (text.matches("\\d+")) {
      if (!text.matches("0*[0-7]{1,4}")) {
        throw new IllegalArgumentException("an octal mode is at most 7777");
      }
      return new ModeChange(
          List.of(new Clause(07777, '=', Integer.parseInt(text, 8), false, (char) 0)));
    }
    List<Clause> clauses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.matches("[ugoa]*([-+=]([rwxXst]*|[ugo]))+")) {
        throw new IllegalArgumentException(
            "\"" + part + "\" is no mode; say for instance 755 or u=rwX,go=rX");
      }
      parse(part, clauses);
    }
    return new ModeChange(clauses);
  }

  private static void parse(String part, List<Clause> clauses) {
    int at = 0;
    int who = 0;
    for (; "ugoa".indexOf(part.charAt(at)) >= 0; at++) {
      who |=
          switch (part.charAt(at)) {
            case 'u' -> 04700;
            case 'g' -> 02070;
            case 'o' -> 01007;
            default -> 07777;
          };
    }
    // chmod u+t and o+s mean nothing, and do nothing.
    who = who == 0 ? 07777 : who;
    while (at < part.length()) {
      char operator = part.charAt(at++);
      int bits = 0;
      boolean executeIfAny = false;
      char from = 0;
      for (; at < part.length() && "+-=".indexOf(part.charAt(at)) < 0; at++) {
        char c = part.charAt(at);
        switch (c) {
          case 'r' -> bits |= 0444;
          case 'w' -> bits |= 0222;
          case 'x' -> bits |= EXECUTE;
          case 's' -> bits |= 06000;
          case 't' -> bits |= 01000;
          case 'X' -> executeIfAny = true;
          default -> from = c;
        }
      }
      clauses.add(new Clause(who, operator, bits, executeIfAny, from));
    }
  }

  /// The mode that a file or folder of mode `mode` gets; both are permission bits alone.
  public int apply(int mode, boolean folder) {
    int result = mode;
    for (Clause clause : clauses) {
      result = clause.apply(result, folder);
    }
    return result;
  }
}
