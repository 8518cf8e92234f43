package org.anyarch.host.emit;

import java.util.List;
import java.util.stream.Collectors;

/// Text as a value of the languages in which set-ups are written. Each takes any text and gives one
/// line; half a surrogate pair, which none of them can hold, becomes U+FFFD.
final class Quote {
  private static final int SHOWN = 80;

  private Quote() {}

  /// A double-quoted string that YAML 1.2 and TOML 1.0 read alike.
  static String string(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    sound(text)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> {
                  if (isPlain(c)) {
                    quoted.appendCodePoint(c);
                  } else {
                    quoted.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }

  /// A list of such strings, in the brackets of either language.
  static String strings(List<String> texts) {
    return texts.stream().map(Quote::string).collect(Collectors.joining(", ", "[", "]"));
  }

  /// A word of the shell. Text without anything special stays as it is.
  static String shell(String text) {
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  static String shell(List<String> words) {
    return words.stream().map(Quote::shell).collect(Collectors.joining(" "));
  }

  /// A string of Groovy that replaces nothing inside.
  static String groovy(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (char c : sound(text).toCharArray()) {
      switch (c) {
        case '\'' -> quoted.append("\\'");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c >= ' ' && c < 0x7f) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('\'').toString();
  }

  /// A word of a systemd setting that takes several, such as RequiresMountsFor=.
  static String systemd(String text) {
    StringBuilder quoted = new StringBuilder();
    boolean plain = !text.isEmpty();
    for (char c : sound(text).toCharArray()) {
      switch (c) {
        case '%' -> quoted.append("%%");
        case '"', '\\' -> {
          quoted.append('\\').append(c);
          plain = false;
        }
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append("\\x%02x".formatted((int) c));
          } else {
            quoted.append(c);
          }
          plain &= c > ' ' && c != '\'' && c != ';' && c != '#';
        }
      }
    }
    return plain ? quoted.toString() : "\"" + quoted + "\"";
  }

  /// The words of a command of a systemd unit, where `$` names a variable.
  static String systemdCommand(List<String> words) {
    return words.stream()
        .map(word -> systemd(word).replace("$", "$$"))
        .collect(Collectors.joining(" "));
  }

  /// Text of anybody's in a message: short and on one line.
  static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...";
  }

  /// Neither control characters nor what readers take for line ends, byte order marks or blanks
  /// that cannot be seen.
  private static boolean isPlain(int c) {
    return (c >= ' ' && c < 0x7f) || (c > 0xa0 && Character.isLetterOrDigit(c));
  }

  private static String sound(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
