package fcvm.container.image;

/// Texts of strangers in messages.
final class Printable {
  private Printable() {}

  /// A text in quotes, from which no terminal takes an order.
  static String quoted(String text) {
    return "'" + text.replaceAll("[^ -~]", "?") + "'";
  }
}
