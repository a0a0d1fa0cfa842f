package fcvm.vmm.x86_64.acpi;

import fcvm.vmm.AcpiPower;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Fixed ACPI description table (ACPI 6.5, 5.2.9) of a hardware-reduced machine: no power
/// management timer, no SCI, nothing fixed but the sleep and reset registers.
final class Fadt {
  private static final int SIZE = 276;
  private static final int REVISION = 6;
  private static final int MINOR_REVISION = 5;

  // Offsets from the start of the table.
  private static final int IAPC_BOOT_ARCH = 109;
  private static final int FLAGS = 112;
  private static final int RESET_REG = 116;
  private static final int RESET_VALUE = 128;
  private static final int FADT_MINOR_VERSION = 131;
  private static final int X_DSDT = 140;
  private static final int SLEEP_CONTROL_REG = 244;
  private static final int SLEEP_STATUS_REG = 256;
  private static final int HYPERVISOR_VENDOR = 268;

  private static final int VGA_NOT_PRESENT = 1 << 2;
  private static final int PCIE_ASPM_UNSUPPORTED = 1 << 4;
  private static final int CMOS_RTC_NOT_PRESENT = 1 << 5;

  private static final int WBINVD = 1;
  private static final int PWR_BUTTON = 1 << 4; // set: not a fixed feature
  private static final int SLP_BUTTON = 1 << 5;
  private static final int RESET_REG_SUP = 1 << 10;
  private static final int HW_REDUCED_ACPI = 1 << 20;

  private static final byte SYSTEM_IO = 1;
  private static final byte BYTE_ACCESS = 1;

  private Fadt() {}

  static byte[] of(long dsdt) {
    ByteBuffer body =
        ByteBuffer.allocate(SIZE - AcpiTable.HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    body.putShort(
        at(IAPC_BOOT_ARCH),
        (short) (VGA_NOT_PRESENT | PCIE_ASPM_UNSUPPORTED | CMOS_RTC_NOT_PRESENT));
    body.putInt(at(FLAGS), WBINVD | PWR_BUTTON | SLP_BUTTON | RESET_REG_SUP | HW_REDUCED_ACPI);
    int ports = (int) AcpiPower.PORTS.gpa();
    register(body, RESET_REG, ports + AcpiPower.RESET);
    body.put(at(RESET_VALUE), (byte) AcpiPower.RESET_VALUE);
    body.put(at(FADT_MINOR_VERSION), (byte) MINOR_REVISION);
    body.putLong(at(X_DSDT), dsdt);
    register(body, SLEEP_CONTROL_REG, ports + AcpiPower.SLEEP_CONTROL);
    register(body, SLEEP_STATUS_REG, ports + AcpiPower.SLEEP_STATUS);
    body.put(at(HYPERVISOR_VENDOR), AcpiTable.ascii("FCVM    "));
    return AcpiTable.of("FACP", REVISION, body.array());
  }

  /// Generic address structure (5.2.3.2) of a port of one byte.
  private static void register(ByteBuffer body, int offset, int port) {
    body.position(at(offset));
    body.put(SYSTEM_IO).put((byte) Byte.SIZE).put((byte) 0).put(BYTE_ACCESS).putLong(port);
  }

  private static int at(int offset) {
    return offset - AcpiTable.HEADER_SIZE;
  }
}
