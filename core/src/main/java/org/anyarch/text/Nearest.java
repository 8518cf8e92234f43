package org.anyarch.text;

import java.util.Collection;
import java.util.Optional;

/// Finds the known word that a mistyped one was meant to be, for errors that suggest it.
public final class Nearest {
  private Nearest() {}

  /// The candidate at the smallest edit distance, if that is at most half of the word.
  public static Optional<String> of(String word, Collection<String> known) {
    Optional<String> best = Optional.empty();
    int limit = Math.max(1, word.length() / 2);
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance <= limit) {
        best = Optional.of(candidate);
        limit = distance - 1;
      }
    }
    return best;
  }

  /// Levenshtein's distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
