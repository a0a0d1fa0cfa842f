package fcvm.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What somebody who mistyped a word may have meant.
final class Suggestion {
  private Suggestion() {}

  /// The nearest known word, unless it is too far away to have been meant.
  static Optional<String> nearest(String typed, Collection<String> known) {
    // Two letters changed places, say, in a word long enough to recognize.
    int most = typed.length() < 4 ? 1 : Math.max(2, typed.length() / 3);
    return known.stream()
        .filter(word -> distance(typed, word) <= most)
        .min(Comparator.comparingInt((String word) -> distance(typed, word)));
  }

  /// As the end of a message: `; did you mean 'exec'?`, or nothing.
  static String phrase(String typed, Collection<String> known) {
    return nearest(typed, known).map(word -> "; did you mean '" + word + "'?").orElse("");
  }

  /// Levenshtein's distance: how many characters to insert, delete or replace.
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
