package fcvm.vmm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// As much of the PC's keyboard controller as rebooting needs: command 0xFE pulses the processor's
/// reset line. There is no keyboard and no mouse; the self-tests answer at once, so that a driver
/// that probes finds this out without waiting.
public final class I8042 implements BusDevice {
  /// Where a PC has it: data at 0x60, status and command at 0x64.
  public static final AddressRange PORTS = new AddressRange(0x60, 5);

  private static final int DATA = 0;
  private static final int STATUS_COMMAND = 4;

  private static final int STATUS_OUTPUT_FULL = 0x01;
  private static final int STATUS_SYSTEM = 0x04;

  private static final int READ_CONTROL = 0x20;
  private static final int WRITE_CONTROL = 0x60;
  private static final int TEST_AUX = 0xa9;
  private static final int TEST_CONTROLLER = 0xaa;
  private static final int TEST_KEYBOARD = 0xab;
  private static final int LOOP_AUX = 0xd3;
  private static final int RESET = 0xfe;

  private static final int TEST_PASSED = 0x55;
  private static final int NOT_CONNECTED = 0x01;
  private static final int EMPTY = -1;

  private final PowerSwitch power;
  private int output = EMPTY;
  private int control;
  private boolean controlFollows;

  public I8042(PowerSwitch power) {
    this.power = power;
  }

  @Override
  public synchronized void read(long offset, MemorySegment data) {
    data.fill((byte) 0);
    int value = 0;
    if (offset == DATA && output != EMPTY) {
      value = output;
      output = EMPTY;
    } else if (offset == STATUS_COMMAND) {
      value = STATUS_SYSTEM | (output != EMPTY ? STATUS_OUTPUT_FULL : 0);
    }
    data.set(JAVA_BYTE, 0, (byte) value);
  }

  @Override
  public synchronized void write(long offset, MemorySegment data) {
    int value = data.get(JAVA_BYTE, 0) & 0xff;
    if (offset == STATUS_COMMAND) {
      command(value);
    } else if (offset == DATA && controlFollows) {
      control = value;
      controlFollows = false;
    }
  }

  private void command(int command) {
    controlFollows = command == WRITE_CONTROL;
    switch (command) {
      case READ_CONTROL -> output = control;
      case TEST_CONTROLLER -> output = TEST_PASSED;
      case TEST_KEYBOARD, TEST_AUX, LOOP_AUX -> output = NOT_CONNECTED;
      case RESET -> power.reboot();
      default -> {} // enabling and disabling what is not there
    }
  }
}
