package org.anyarch.selinux;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// A level of MLS and MCS policies: a sensitivity and a set of categories, as in `s0:c1,c5.c9`.
///
/// @param categories ascending, each once
public record Level(int sensitivity, List<Integer> categories) {
  /// Policies have 1024 categories; nothing may make a reader hold many more.
  static final int MOST_CATEGORIES = 16_384;

  private static final int MOST_SENSITIVITIES = 1024;

  public Level {
    categories = List.copyOf(new TreeSet<>(categories));
  }

  /// Reads `s0`, `s0:c1,c2` or `s0:c0.c1023`.
  static Level parse(String text) throws LabelException {
    int colon = text.indexOf(':');
    String sensitivity = colon < 0 ? text : text.substring(0, colon);
    List<Integer> categories = new ArrayList<>();
    if (colon >= 0) {
      for (String part : text.substring(colon + 1).split(",", -1)) {
        int dot = part.indexOf('.');
        int first = number(dot < 0 ? part : part.substring(0, dot), 'c', MOST_CATEGORIES);
        int last = dot < 0 ? first : number(part.substring(dot + 1), 'c', MOST_CATEGORIES);
        if (last < first) {
          throw new LabelException("the categories \"" + Label.shown(part) + "\" run backwards");
        }
        if (categories.size() + last - first >= MOST_CATEGORIES) {
          throw new LabelException("a level names more than " + MOST_CATEGORIES + " categories");
        }
        for (int c = first; c <= last; c++) {
          categories.add(c);
        }
      }
    }
    return new Level(number(sensitivity, 's', MOST_SENSITIVITIES), categories);
  }

  private static int number(String text, char letter, int limit) throws LabelException {
    if (text.matches(letter + "[0-9]{1,5}")) {
      int number = Integer.parseInt(text.substring(1));
      if (number < limit) {
        return number;
      }
    }
    throw new LabelException(
        "\"" + Label.shown(text) + "\" is not " + letter + "0 to " + letter + (limit - 1));
  }

  /// Whether who has this level may read what has the other one.
  public boolean dominates(Level other) {
    return sensitivity >= other.sensitivity && categories.containsAll(other.categories);
  }

  /// As the kernel prints it: three and more categories in a row are a range.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("s").append(sensitivity);
    char before = ':';
    int i = 0;
    while (i < categories.size()) {
      int first = categories.get(i);
      int last = first;
      while (i + 1 < categories.size() && categories.get(i + 1) == last + 1) {
        last++;
        i++;
      }
      text.append(before).append('c').append(first);
      if (last > first) {
        text.append(last - first > 1 ? '.' : ',').append('c').append(last);
      }
      before = ',';
      i++;
    }
    return text.toString();
  }
}
