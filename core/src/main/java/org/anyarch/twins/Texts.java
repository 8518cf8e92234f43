package org.anyarch.twins;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.ElfImage.Segment;

/// The texts in an ELF file: what stands between zero bytes in the segments that are mapped.
final class Texts {
  private static final Pattern NO_TEXT = Pattern.compile("[^\\t\\n\\r -~]+");

  /// What is between two zero bytes. Data that is no text may stand before a text in it.
  ///
  /// @param address of its first byte
  record Run(long address, String content) {
    Set<String> texts() {
      return Set.of(NO_TEXT.splitAsStream(content).distinct().toArray(String[]::new));
    }
  }

  private record Part(long address, String content) {}

  private final List<Part> parts = new ArrayList<>();

  Texts(ElfImage image) {
    byte[] bytes = image.copy();
    for (Segment segment : image.loaded()) {
      parts.add(
          new Part(
              segment.address(),
              new String(bytes, segment.offset(), segment.size(), StandardCharsets.ISO_8859_1)));
    }
  }

  static boolean isText(String text) {
    return !NO_TEXT.matcher(text).find();
  }

  /// The runs in which one of the words stands.
  List<Run> with(List<String> words) {
    Set<Run> runs = new LinkedHashSet<>();
    for (Part part : parts) {
      for (String word : words) {
        String content = part.content();
        for (int at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + 1)) {
          int start = content.lastIndexOf(0, at) + 1;
          int end = content.indexOf(0, at);
          if (end > 0) {
            runs.add(new Run(part.address() + start, content.substring(start, end)));
          }
        }
      }
    }
    return List.copyOf(runs);
  }

  /// The text that begins at the address, if one ends there.
  Optional<String> at(long address) {
    for (Part part : parts) {
      long from = address - part.address();
      if (from >= 0 && from < part.content().length()) {
        int end = part.content().indexOf(0, (int) from);
        return end < 0 ? Optional.empty() : Optional.of(part.content().substring((int) from, end));
      }
    }
    return Optional.empty();
  }

  /// Whether the text stands there from its first to its last character.
  boolean have(String text) {
    String whole = text + '\0';
    for (Part part : parts) {
      String content = part.content();
      for (int at = content.indexOf(whole); at >= 0; at = content.indexOf(whole, at + 1)) {
        if (at == 0 || NO_TEXT.matcher(content.substring(at - 1, at)).matches()) {
          return true;
        }
      }
    }
    return false;
  }
}
