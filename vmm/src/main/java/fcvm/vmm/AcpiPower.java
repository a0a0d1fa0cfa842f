package fcvm.vmm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// The sleep and reset registers of a hardware-reduced ACPI machine (ACPI 6.5, 4.8.3.7 and
/// 4.8.3.6): the FADT names them, and `\_S5` in the DSDT says which sleep type turns the machine
/// off.
public final class AcpiPower implements BusDevice {
  /// Where it is on the port bus.
  public static final AddressRange PORTS = new AddressRange(0x600, 3);

  /// SLEEP_CONTROL_REG.
  public static final int SLEEP_CONTROL = 0;

  /// SLEEP_STATUS_REG.
  public static final int SLEEP_STATUS = 1;

  /// RESET_REG.
  public static final int RESET = 2;

  /// RESET_VALUE.
  public static final int RESET_VALUE = 1;

  /// The `SLP_TYPx` of S5, soft off.
  public static final int SLEEP_TYPE_S5 = 5;

  private static final int SLEEP_ENABLE = 0x20;
  private static final int SLEEP_TYPE_SHIFT = 2;
  private static final int SLEEP_TYPE_MASK = 0x7;

  private final PowerSwitch power;

  public AcpiPower(PowerSwitch power) {
    this.power = power;
  }

  /// All registers read as zero: no wake status.
  @Override
  public void read(long offset, MemorySegment data) {
    data.fill((byte) 0);
  }

  @Override
  public void write(long offset, MemorySegment data) {
    int value = data.get(JAVA_BYTE, 0) & 0xff;
    int type = (value >> SLEEP_TYPE_SHIFT) & SLEEP_TYPE_MASK;
    if (offset == SLEEP_CONTROL && (value & SLEEP_ENABLE) != 0 && type == SLEEP_TYPE_S5) {
      power.powerOff();
    } else if (offset == RESET && value == RESET_VALUE) {
      power.reboot();
    }
  }
}
