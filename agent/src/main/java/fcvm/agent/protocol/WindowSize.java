package fcvm.agent.protocol;

/// A terminal's size in characters; 0 × 0 when nobody knows.
///
/// @param rows 0 to 65535, as in the kernel's `struct winsize`
/// @param columns 0 to 65535
public record WindowSize(int rows, int columns) {
  /// Not known.
  public static final WindowSize UNKNOWN = new WindowSize(0, 0);

  private static final int MAX = 0xffff;

  public WindowSize {
    if (rows < 0 || rows > MAX || columns < 0 || columns > MAX) {
      throw new IllegalArgumentException("a terminal of " + rows + " x " + columns);
    }
  }

  /// The nearest size that a terminal can have.
  static WindowSize clamped(int rows, int columns) {
    return new WindowSize(Math.clamp(rows, 0, MAX), Math.clamp(columns, 0, MAX));
  }
}
