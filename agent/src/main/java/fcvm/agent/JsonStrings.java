package fcvm.agent;

import java.util.ArrayList;
import java.util.List;

/// Reads strings out of JSON that Podman and crun wrote, by their key: no more of JSON is needed
/// here than that.
///
/// A key cannot be mistaken for text: inside a string its quotes would be escaped.
record JsonStrings(String json) {
  private static final int HEX = 16;
  private static final int UNICODE_DIGITS = 4;

  /// The elements of the first array with this key; none if there is no such array.
  List<String> array(String key) {
    List<String> strings = new ArrayList<>();
    int position = after("\"" + key + "\":[");
    while (position >= 0 && position < json.length() && json.charAt(position) == '"') {
      StringBuilder string = new StringBuilder();
      position = string(position, string);
      strings.add(string.toString());
      if (position < json.length() && json.charAt(position) == ',') {
        position++;
      }
    }
    return strings;
  }

  /// The first string with this key; empty if there is none.
  String value(String key) {
    StringBuilder string = new StringBuilder();
    int position = after("\"" + key + "\":\"");
    if (position >= 0) {
      string(position - 1, string);
    }
    return string.toString();
  }

  private int after(String key) {
    int found = json.indexOf(key);
    while (found > 0 && json.charAt(found - 1) == '\\') {
      found = json.indexOf(key, found + 1);
    }
    return found < 0 ? -1 : found + key.length();
  }

  // From the quote that opens it to behind the one that closes it, or to the end.
  private int string(int quote, StringBuilder into) {
    int position = quote + 1;
    while (position < json.length() && json.charAt(position) != '"') {
      char c = json.charAt(position++);
      if (c != '\\' || position == json.length()) {
        into.append(c);
        continue;
      }
      char escaped = json.charAt(position++);
      switch (escaped) {
        case 'b' -> into.append('\b');
        case 'f' -> into.append('\f');
        case 'n' -> into.append('\n');
        case 'r' -> into.append('\r');
        case 't' -> into.append('\t');
        case 'u' -> {
          int end = Math.min(position + UNICODE_DIGITS, json.length());
          into.append(unicode(json.substring(position, end)));
          position = end;
        }
        default -> into.append(escaped);
      }
    }
    return position + 1;
  }

  private static char unicode(String digits) {
    try {
      return (char) Integer.parseInt(digits, HEX);
    } catch (NumberFormatException e) {
      return '\ufffd';
    }
  }
}
