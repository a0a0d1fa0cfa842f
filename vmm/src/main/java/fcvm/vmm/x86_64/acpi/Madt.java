package fcvm.vmm.x86_64.acpi;

import fcvm.vmm.x86_64.MemoryMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Multiple APIC description table (ACPI 6.5, 5.2.12): the processors and the IOAPIC.
final class Madt {
  private static final int HEAD_SIZE = 8;
  private static final byte LOCAL_APIC = 0;
  private static final byte LOCAL_APIC_SIZE = 8;
  private static final byte IO_APIC = 1;
  private static final byte IO_APIC_SIZE = 12;
  private static final int ENABLED = 1;

  private Madt() {}

  static byte[] of(int vcpus) {
    ByteBuffer body =
        ByteBuffer.allocate(HEAD_SIZE + IO_APIC_SIZE + vcpus * LOCAL_APIC_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    body.putInt((int) MemoryMap.LAPIC).putInt(0);
    body.put(IO_APIC).put(IO_APIC_SIZE).putShort((short) 0);
    body.putInt((int) MemoryMap.IOAPIC).putInt(0);
    for (int id = 0; id < vcpus; id++) {
      body.put(LOCAL_APIC).put(LOCAL_APIC_SIZE).put((byte) id).put((byte) id).putInt(ENABLED);
    }
    return AcpiTable.of("APIC", 5, body.array());
  }
}
