package org.anyarch.twins;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.platform.Guest;

/// What a program's text calls the architecture it was built for.
///
/// @param builds GNU system types with a vendor, as `x86_64-pc-linux-gnu`, which only the program
///   knows; [#in] finds them
/// @param multiarch the name of Debian's folder of libraries, as `x86_64-linux-gnu`
/// @param processors what it may call the processor
/// @param all of them
record Names(
    Set<String> builds, String multiarch, String debian, Set<String> processors, List<String> all) {
  private static final Pattern BUILD =
      Pattern.compile("(?<![\\w-])([a-z]\\w*)-[a-z]+-linux-[a-z]\\w*(?![\\w-])");

  /// Those that a program for `guest` with these texts may use.
  static Names in(Texts texts, Guest guest) {
    Set<String> builds = new LinkedHashSet<>();
    Set<String> processors = new LinkedHashSet<>();
    for (Texts.Run run : texts.with(List.of("-linux-"))) {
      Matcher matcher = BUILD.matcher(run.content());
      while (matcher.find()) {
        builds.add(matcher.group());
        processors.add(matcher.group(1));
      }
    }
    processors.add(guest.uname());
    processors.add(guest.triplet().split("-", 2)[0]);
    processors.remove("");
    List<String> all = new ArrayList<>(builds);
    all.add(guest.triplet());
    all.add(guest.debian());
    all.addAll(processors);
    all.removeIf(String::isEmpty);
    return new Names(builds, guest.triplet(), guest.debian(), processors, List.copyOf(all));
  }

  boolean areIn(String text) {
    return lastIn(text) >= 0;
  }

  /// Where the last of them begins, or -1.
  int lastIn(String text) {
    int last = -1;
    for (String name : all) {
      for (int at = find(text, name, 0); at >= 0; at = find(text, name, at + 1)) {
        last = Math.max(last, at);
      }
    }
    return last;
  }

  /// What the same text may be in a program of `other`.
  Set<String> translations(String text, Names other) {
    Set<String> translations = new LinkedHashSet<>();
    List<String> theirBuilds =
        other.builds.isEmpty() ? List.of(other.multiarch) : List.copyOf(other.builds);
    for (String build : theirBuilds) {
      for (String processor : other.processors) {
        String translated = text;
        for (String mine : builds) {
          translated = replace(translated, mine, build);
        }
        translated = replace(translated, multiarch, other.multiarch);
        translated = replace(translated, debian, other.debian);
        for (String mine : processors) {
          translated = replace(translated, mine, processor);
        }
        translations.add(translated);
      }
    }
    return translations;
  }

  private static String replace(String text, String name, String with) {
    StringBuilder replaced = new StringBuilder();
    int done = 0;
    for (int at = find(text, name, 0); at >= 0; at = find(text, name, done)) {
      replaced.append(text, done, at).append(with);
      done = at + name.length();
    }
    return replaced.append(text.substring(done)).toString();
  }

  /// The word where it stands alone, not as a part of a longer one.
  private static int find(String text, String word, int from) {
    for (int at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      if ((at == 0 || !isWord(text.charAt(at - 1)))
          && (end == text.length() || !isWord(text.charAt(end)))) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isWord(char character) {
    return character < 128 && (Character.isLetterOrDigit(character) || character == '_');
  }
}
