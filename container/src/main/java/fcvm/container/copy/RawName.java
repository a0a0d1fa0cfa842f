package fcvm.container.copy;

import java.nio.charset.StandardCharsets;

/// Names as bytes, one per character.
final class RawName {
  private RawName() {}

  /// For people: as text, from which no terminal takes an order.
  static String shown(String raw) {
    String text = new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }
}
