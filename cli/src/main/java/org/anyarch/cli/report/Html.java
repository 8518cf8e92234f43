package org.anyarch.cli.report;

import java.util.List;
import org.anyarch.text.Printable;

/// Markup that is HTML and XML at once. Text of strangers gets in as text only.
final class Html {
  private final StringBuilder out = new StringBuilder();

  /// A begin tag.
  ///
  /// @param attributes names, each with its value behind it
  Html open(String name, String... attributes) {
    tag(name, List.of(attributes)).append('>');
    return this;
  }

  /// An element without content.
  Html empty(String name, String... attributes) {
    tag(name, List.of(attributes)).append("/>");
    return this;
  }

  private StringBuilder tag(String name, List<String> attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.size(); i += 2) {
      out.append(' ').append(attributes.get(i)).append("=\"");
      out.append(escaped(attributes.get(i + 1))).append('"');
    }
    return out;
  }

  Html close(String name) {
    out.append("</").append(name).append(">\n");
    return this;
  }

  Html text(String text) {
    out.append(escaped(text));
    return this;
  }

  /// An element with nothing but text.
  Html element(String name, String text, String... attributes) {
    return open(name, attributes).text(text).close(name);
  }

  /// What is ours, as it is.
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    Printable.lines(text)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                // No characters at all, and XML has none for them.
                case 0xfffe, 0xffff -> escaped.append('?');
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
