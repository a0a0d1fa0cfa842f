package fcvm.container;

import java.util.ArrayList;
import java.util.List;

/// Splits a line into words by the shell's rules of quoting, without expanding anything.
///
/// Source: POSIX.1-2024, Shell Command Language, section 2.2. Only quotes, the backslash and white
/// space mean something, so any other character, Latin-1 carried bytes included, passes unchanged.
public final class ShellWords {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private ShellWords(String line) {
    this.line = line;
  }

  /// The words of a line.
  ///
  /// @throws IllegalArgumentException if a quote is not closed or a backslash ends the line
  public static List<String> split(String line) {
    return new ShellWords(line).split();
  }

  private List<String> split() {
    while (at < line.length()) {
      char c = line.charAt(at++);
      switch (c) {
        case ' ', '\t', '\n' -> endWord();
        case '\'' -> quoted();
        case '"' -> doubleQuoted();
        case '\\' -> escaped();
        default -> add(c);
      }
    }
    endWord();
    return List.copyOf(words);
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private void add(char c) {
    word.append(c);
    inWord = true;
  }

  private void quoted() {
    int end = line.indexOf('\'', at);
    if (end < 0) {
      throw unclosed("'");
    }
    word.append(line, at, end);
    inWord = true;
    at = end + 1;
  }

  private void doubleQuoted() {
    inWord = true;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '"') {
        return;
      }
      if (c == '\\' && at < line.length() && "$`\"\\\n".indexOf(line.charAt(at)) >= 0) {
        escaped();
      } else {
        word.append(c);
      }
    }
    throw unclosed("\"");
  }

  private void escaped() {
    if (at == line.length()) {
      throw new IllegalArgumentException("a backslash at the end of: " + line);
    }
    char c = line.charAt(at++);
    if (c != '\n') {
      add(c);
    }
  }

  private IllegalArgumentException unclosed(String quote) {
    return new IllegalArgumentException("a " + quote + " without its pair in: " + line);
  }
}
