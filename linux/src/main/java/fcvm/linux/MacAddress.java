package fcvm.linux;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The hardware address of a network interface, of one machine: six bytes, no group's address.
///
/// @param value its bytes, the first one in bits 47 to 40
public record MacAddress(long value) {
  /// Bytes of an address.
  public static final int SIZE = 6;

  private static final Pattern TEXT = Pattern.compile("(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");
  private static final HexFormat HEX = HexFormat.ofDelimiter(":");
  private static final long GROUP = 1L << 40;
  private static final long LOCAL = 2L << 40;

  /// @throws IllegalArgumentException if it is no address of one machine
  public MacAddress {
    if (value <= 0 || value >= 1L << 48 || (value & GROUP) != 0) {
      throw new IllegalArgumentException("not one machine's address: 0x%012x".formatted(value));
    }
  }

  /// Reads `12:34:56:78:9a:bc`; empty if it is something else, or a group's address.
  public static Optional<MacAddress> parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      return Optional.empty();
    }
    long value = Long.parseLong(text.replace(":", ""), 16);
    return value == 0 || (value & GROUP) != 0
        ? Optional.empty()
        : Optional.of(new MacAddress(value));
  }

  /// One that nobody else has: of those that are for everybody to choose from.
  public static MacAddress random(RandomGenerator random) {
    return new MacAddress((random.nextLong(1L << 48) & ~GROUP) | LOCAL);
  }

  /// Its bytes, in the order of the wire.
  public byte[] bytes() {
    byte[] bytes = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      bytes[i] = (byte) (value >>> (8 * (SIZE - 1 - i)));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return HEX.formatHex(bytes());
  }
}
