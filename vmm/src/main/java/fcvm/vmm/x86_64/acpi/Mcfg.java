package fcvm.vmm.x86_64.acpi;

import fcvm.vmm.AddressRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// PCI Express memory-mapped configuration (PCI Firmware 3.2, 4.1.2): where the configuration
/// spaces of bus 0 are.
final class Mcfg {
  private static final int RESERVED = 8;
  private static final int ENTRY_SIZE = 16;

  private Mcfg() {}

  static byte[] of(AddressRange ecam) {
    ByteBuffer body = ByteBuffer.allocate(RESERVED + ENTRY_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    body.position(RESERVED);
    // Segment 0, from bus 0 to bus 0.
    body.putLong(ecam.gpa()).putShort((short) 0).put((byte) 0).put((byte) 0);
    return AcpiTable.of("MCFG", 1, body.array());
  }
}
