package org.anyarch.build.containerfile;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Expands variables and removes quotes in one word, as a shell does and as BuildKit does it for
/// Containerfiles: `$name`, `${name}` and the forms with `:-` `-` `:+` `+` `:?` `?` `#` `##` `%`
/// `%%` `/` `//`.
public final class Expander {
  /// Nobody nests ${…} deeper; a hostile file would fill the stack.
  private static final int DEEPEST = 64;

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
    Scan scan = new Scan(word);
    String result = scan.until('\0');
    return result;
  }

  private final class Scan {
    private final Word word;
    private final String text;
    private int at;
    private int depth;

    Scan(Word word) {
      this.word = word;
      this.text = word.text();
    }

    ContainerfileException fault(String message) {
      return new ContainerfileException(word.location(), message + " in " + text);
    }

    /// Expands up to `end`, or to the end of the word for NUL; `end` is consumed.
    String until(char end) throws ContainerfileException {
      StringBuilder out = new StringBuilder();
      while (at < text.length()) {
        char c = text.charAt(at);
        if (end != '\0' && c == end) {
          at++;
          return out.toString();
        }
        if (c == '\'') {
          int close = text.indexOf('\'', at + 1);
          if (close < 0) {
            throw fault("a ' is not closed");
          }
          out.append(text, at + 1, close);
          at = close + 1;
        } else if (c == '"') {
          at++;
          quoted(out);
        } else if (c == '$') {
          at++;
          out.append(variable());
        } else if (c == escape) {
          at++;
          // A lone escape at the end stands for itself nowhere; it is dropped.
          if (at < text.length()) {
            out.append(text.charAt(at++));
          }
        } else {
          out.append(c);
          at++;
        }
      }
      if (end != '\0') {
        throw fault("a ${ is not closed by }");
      }
      return out.toString();
    }

    private void quoted(StringBuilder out) throws ContainerfileException {
      while (at < text.length()) {
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
          if (next != '"' && next != '$' && next != escape) {
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
        at++;
      } else {
        while (at < text.length() && (text.charAt(at) == '_' || isAlphanumeric(text.charAt(at)))) {
          at++;
        }
      }
      return text.substring(start, at);
    }

    private static boolean isAlphanumeric(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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

    private String trimmed(String value, char operator) throws ContainerfileException {
      boolean greedy = at < text.length() && text.charAt(at) == operator;
      at += greedy ? 1 : 0;
      String pattern = regex(until('}'), greedy);
      if (operator == '#') {
        return Pattern.compile("\\A(?:" + pattern + ")", Pattern.DOTALL)
            .matcher(value)
            .replaceFirst("");
      }
      // The shortest match at the end begins last; the longest begins first.
      Pattern whole = Pattern.compile(pattern, Pattern.DOTALL);
      int found = -1;
      for (int start = 0; start <= value.length(); start++) {
        if (whole.matcher(value).region(start, value.length()).matches()) {
          found = start;
          if (greedy) {
            break;
          }
        }
      }
      return found < 0 ? value : value.substring(0, found);
    }

    private String replaced(String value) throws ContainerfileException {
      boolean all = at < text.length() && text.charAt(at) == '/';
      at += all ? 1 : 0;
      int slash = text.indexOf('/', at);
      int close = text.indexOf('}', at);
      if (slash < 0 || close < slash) {
        throw fault("${name/pattern/replacement} lacks its second /");
      }
      String pattern = regex(until('/'), true);
      String replacement = Matcher.quoteReplacement(until('}'));
      Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(value);
      return all ? matcher.replaceAll(replacement) : matcher.replaceFirst(replacement);
    }

    /// The shell's * and ? as a regular expression.
    private static String regex(String glob, boolean greedy) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < glob.length(); i++) {
        char c = glob.charAt(i);
        switch (c) {
          case '*' -> out.append(greedy ? ".*" : ".*?");
          case '?' -> out.append('.');
          default -> out.append(Pattern.quote(String.valueOf(c)));
        }
      }
      return out.toString();
    }
  }
}
