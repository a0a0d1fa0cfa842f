package fcvm.vmm.x86_64.acpi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A system description table: the common header (ACPI 6.5, 5.2.6) around bytes, and a checksum.
final class AcpiTable {
  static final int HEADER_SIZE = 36;

  private static final int CHECKSUM = 9;
  private static final String OEM = "FCVM  ";
  private static final String OEM_TABLE = "FCVMMICR";
  private static final String CREATOR = "FCVM";

  private AcpiTable() {}

  /// @param signature four characters
  static byte[] of(String signature, int revision, byte[] body) {
    ByteBuffer table =
        ByteBuffer.allocate(HEADER_SIZE + body.length).order(ByteOrder.LITTLE_ENDIAN);
    table.put(ascii(signature)).putInt(table.capacity()).put((byte) revision).put((byte) 0);
    table.put(ascii(OEM)).put(ascii(OEM_TABLE)).putInt(1).put(ascii(CREATOR)).putInt(1).put(body);
    table.put(CHECKSUM, checksum(table.array(), table.capacity()));
    return table.array();
  }

  /// What makes the sum of the first `length` bytes zero.
  static byte checksum(byte[] bytes, int length) {
    byte sum = 0;
    for (int i = 0; i < length; i++) {
      sum += bytes[i];
    }
    return (byte) -sum;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
