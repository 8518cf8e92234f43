package org.anyarch.build.containerfile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;

/// Expands variables and removes quotes in one word, as a shell does and as BuildKit does it for
/// Containerfiles: `$name`, `${name}` and the forms with `:-` `-` `:+` `+` `:?` `?` `#` `##` `%`
/// `%%` `/` `//`.
public final class Expander {
  /// Nobody nests ${…} deeper; a hostile file would fill the stack.
  private static final int DEEPEST = 64;

  /// The longest value, in characters: no program takes one of more than 128 KiB, and `A=$A$A` a
  /// few times would fill any memory.
  private static final int LONGEST = 16 << 20;

  private static final char END = '\0';

  /// Stands where a word ends; nobody writes it.
  private static final char SEPARATOR = '\uFFFF';

  private static final String SPECIAL = "@*#?-$!";

  private final char escape;
  private final Function<String, Optional<String>> variables;

  /// @param variables the value of a variable, or empty if it is not set
  public Expander(char escape, Function<String, Optional<String>> variables) {
    this.escape = escape;
    this.variables = variables;
  }

  /// @throws ContainerfileException at the word's place if a brace or quote is not closed, a form
  ///   is unknown, or a variable that `:?` asks for is not set
  public String expand(Word word) throws ContainerfileException {
    return new Scan(word, true).until(END);
  }

  /// As [#expand], and then cut into words where white space came out of a variable unquoted.
  public List<String> words(Word word) throws ContainerfileException {
    Scan scan = new Scan(word, true);
    scan.separator = SEPARATOR;
    return Arrays.stream(scan.until(END).split(String.valueOf(SEPARATOR), -1))
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /// Expands the text of a heredoc, where quotes are characters like any others.
  public static String document(Word text, Function<String, Optional<String>> variables)
      throws ContainerfileException {
    return new Expander('\\', variables).new Scan(text, false).until(END);
  }

  private final class Scan {
    private final Word word;
    private final String text;
    private final boolean knowsQuotes;
    private int at;
    private int depth;

    /// Within patterns, what is escaped keeps its escape.
    private boolean rawEscapes;

    /// What takes the place of white space in the values of variables; NUL for nothing.
    private char separator = END;

    Scan(Word word, boolean knowsQuotes) {
      this.word = word;
      this.knowsQuotes = knowsQuotes;
      this.text = word.text();
    }

    ContainerfileException fault(String message) {
      String where = knowsQuotes ? " in " + text : " in the heredoc";
      return new ContainerfileException(word.location(), message + where);
    }

    /// Expands up to `end`, or to the end of the word for NUL; `end` is consumed.
    String until(char end) throws ContainerfileException {
      StringBuilder out = new StringBuilder();
      while (at < text.length()) {
        requireShort(out);
        char c = text.charAt(at);
        if (end != END && c == end) {
          at++;
          return out.toString();
        }
        if (c == '\'' && knowsQuotes) {
          int close = text.indexOf('\'', at + 1);
          if (close < 0) {
            throw fault("a ' is not closed");
          }
          out.append(text, at + 1, close);
          at = close + 1;
        } else if (c == '"' && knowsQuotes) {
          at++;
          quoted(out);
        } else if (c == '$') {
          at++;
          out.append(separated(variable()));
        } else if (c == escape) {
          at++;
          if (rawEscapes) {
            out.append(c);
          }
          // A lone escape at the end stands for itself nowhere; it is dropped.
          if (at < text.length()) {
            out.append(text.charAt(at++));
          }
        } else {
          out.append(c);
          at++;
        }
      }
      if (end != END) {
        throw fault(
            end == '/'
                ? "${name/pattern/replacement} lacks its second /"
                : "a ${ is not closed by }");
      }
      return out.toString();
    }

    private void requireShort(StringBuilder out) throws ContainerfileException {
      if (out.length() > LONGEST) {
        throw fault("what comes of it has more than " + LONGEST + " characters");
      }
    }

    private String separated(String value) {
      return separator == END ? value : value.replaceAll("\\s", String.valueOf(separator));
    }

    private void quoted(StringBuilder out) throws ContainerfileException {
      while (at < text.length()) {
        requireShort(out);
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return;
        }
        if (c == '$') {
          at++;
          out.append(variable());
        } else if (c == escape && at + 1 < text.length()) {
          char next = text.charAt(at + 1);
          // Within double quotes, only these lose their escape.
          if (rawEscapes || (next != '"' && next != '$' && next != escape)) {
            out.append(c);
          }
          out.append(next);
          at += 2;
        } else {
          out.append(c);
          at++;
        }
      }
      throw fault("a \" is not closed");
    }

    private String variable() throws ContainerfileException {
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        return braced();
      }
      String name = name();
      // A dollar before anything else is a dollar.
      return name.isEmpty() ? "$" : variables.apply(name).orElse("");
    }

    private String name() {
      int start = at;
      if (at < text.length() && Character.isDigit(text.charAt(at))) {
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
          at++;
        }
      } else if (at < text.length() && SPECIAL.indexOf(text.charAt(at)) >= 0) {
        at++;
      } else {
        while (at < text.length()
            && (text.charAt(at) == '_' || Character.isLetterOrDigit(text.charAt(at)))) {
          at++;
        }
      }
      return text.substring(start, at);
    }

    private String braced() throws ContainerfileException {
      if (++depth > DEEPEST) {
        throw fault("${ is nested more than " + DEEPEST + " deep");
      }
      String value = bracedValue();
      depth--;
      return value;
    }

    private String bracedValue() throws ContainerfileException {
      String name = name();
      if (name.isEmpty()) {
        throw fault("a ${ without a name");
      }
      if (at == text.length()) {
        throw fault("a ${ is not closed by }");
      }
      Optional<String> value = variables.apply(name);
      char operator = text.charAt(at++);
      switch (operator) {
        case '}':
          return value.orElse("");
        case ':':
          if (at == text.length() || "-+?".indexOf(text.charAt(at)) < 0) {
            throw fault("${" + name + ":…} knows only :-, :+ and :?");
          }
          return conditional(name, value.filter(v -> !v.isEmpty()), text.charAt(at++));
        case '-', '+', '?':
          return conditional(name, value, operator);
        case '#', '%':
          return trimmed(value.orElse(""), operator);
        case '/':
          return replaced(value.orElse(""));
        default:
          throw fault("${" + name + operator + "…} is no form that is known");
      }
    }

    private String conditional(String name, Optional<String> value, char operator)
        throws ContainerfileException {
      String other = until('}');
      return switch (operator) {
        case '-' -> value.orElse(other);
        case '+' -> value.isPresent() ? other : "";
        default -> {
          if (value.isEmpty()) {
            throw fault(name + (other.isEmpty() ? " is not set" : ": " + other));
          }
          yield value.get();
        }
      };
    }

    /// The text of a pattern, with the escapes in it.
    private String pattern(char end) throws ContainerfileException {
      boolean outer = rawEscapes;
      rawEscapes = true;
      String pattern = until(end);
      rawEscapes = outer;
      return pattern;
    }

    private String trimmed(String value, char operator) throws ContainerfileException {
      boolean longest = at < text.length() && text.charAt(at) == operator;
      at += longest ? 1 : 0;
      ShellPattern pattern = shellPattern(pattern('}'));
      return operator == '#'
          ? pattern.withoutPrefix(value, longest)
          : pattern.withoutSuffix(value, longest);
    }

    private String replaced(String value) throws ContainerfileException {
      boolean all = at < text.length() && text.charAt(at) == '/';
      at += all ? 1 : 0;
      ShellPattern pattern = shellPattern(pattern('/'));
      return pattern.replaced(value, pattern('}'), all);
    }

    private ShellPattern shellPattern(String written) throws ContainerfileException {
      try {
        return ShellPattern.of(written);
      } catch (PatternSyntaxException e) {
        throw fault(e.getDescription());
      }
    }
  }
}
