package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text within a Containerfile: `<<NAME`, and the lines up to one that is NAME.
///
/// @param location where its first line is
/// @param raw its lines as they stand in the file, each with its end
/// @param expands whether variables in it have their values; not if any of NAME was quoted
/// @param chomps whether its lines lose the tabs that they begin with (`<<-NAME`)
public record Heredoc(Location location, String name, String raw, boolean expands, boolean chomps) {
  private static final Pattern BEGIN = Pattern.compile("\\d*<<(-?)([^<]+)");
  private static final Pattern TABS = Pattern.compile("^\t+", Pattern.MULTILINE);

  /// What is in the file that it stands for.
  public String content() {
    return chomps ? TABS.matcher(raw).replaceAll("") : raw;
  }

  /// As it has to be written behind its instruction.
  String written() {
    return "\n" + raw + name;
  }

  /// The heredocs that an instruction's words begin, still empty; their places are the
  /// instruction's.
  static List<Heredoc> begunBy(String text, Location location) {
    List<Heredoc> begun = new ArrayList<>();
    for (String word : words(text)) {
      begunByWord(word, location).ifPresent(begun::add);
    }
    return begun;
  }

  /// The heredoc that this word begins, if it does: `<<` with a name, and a number before it.
  static Optional<Heredoc> begunByWord(String word, Location location) {
    Matcher matcher = BEGIN.matcher(word);
    if (!matcher.matches() || words(matcher.group(2)).size() != 1) {
      return Optional.empty();
    }
    String written = matcher.group(2);
    String name = unquoted(written);
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Heredoc(location, name, "", name.equals(written), !matcher.group(1).isEmpty()));
  }

  Heredoc with(Location place, String lines) {
    return new Heredoc(place, name, lines, expands, chomps);
  }

  /// Whether `line` ends it.
  boolean endsAt(String line) {
    String candidate = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    return (chomps ? TABS.matcher(candidate).replaceFirst("") : candidate).equals(name);
  }

  /// Words with their quotes; none if a quote is not closed, which then belongs to the shell's own
  /// syntax.
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
        continue;
      }
      word.append(c);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return quote == 0 ? words : List.of();
  }

  private static String unquoted(String word) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '\\' && i + 1 < word.length()) {
        out.append(word.charAt(++i));
      } else if (c != '"' && c != '\'' && c != '\\') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
