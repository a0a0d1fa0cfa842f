package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PowerDevicesTest {
  private final List<String> events = new ArrayList<>();
  private final PowerSwitch power =
      new PowerSwitch() {
        @Override
        public void powerOff() {
          events.add("power off");
        }

        @Override
        public void reboot() {
          events.add("reboot");
        }
      };

  private static int read(BusDevice device, int offset) {
    MemorySegment data = MemorySegment.ofArray(new byte[1]);
    device.read(offset, data);
    return data.get(ValueLayout.JAVA_BYTE, 0) & 0xff;
  }

  private static void write(BusDevice device, int offset, int value) {
    device.write(offset, MemorySegment.ofArray(new byte[] {(byte) value}));
  }

  @Test
  void keyboardControllerResets() {
    I8042 i8042 = new I8042(power);
    assertThat(read(i8042, 4) & 0x02).as("takes commands").isZero();
    write(i8042, 4, 0xfe);
    assertThat(events).containsExactly("reboot");
  }

  @Test
  void keyboardControllerAnswersProbesAtOnce() {
    I8042 i8042 = new I8042(power);
    write(i8042, 4, 0xaa);
    assertThat(read(i8042, 4) & 0x01).isEqualTo(1);
    assertThat(read(i8042, 0)).isEqualTo(0x55);
    assertThat(read(i8042, 4) & 0x01).isZero();
    write(i8042, 4, 0x60);
    write(i8042, 0, 0x74);
    write(i8042, 4, 0x20);
    assertThat(read(i8042, 0)).isEqualTo(0x74);
    assertThat(events).isEmpty();
  }

  @Test
  void acpiSleepTypeFivePowersOff() {
    AcpiPower acpi = new AcpiPower(power);
    write(acpi, AcpiPower.SLEEP_CONTROL, AcpiPower.SLEEP_TYPE_S5 << 2);
    assertThat(events).as("without SLP_EN nothing happens").isEmpty();
    write(acpi, AcpiPower.SLEEP_CONTROL, 0x20 | 3 << 2);
    assertThat(events).as("S3 is not there").isEmpty();
    write(acpi, AcpiPower.SLEEP_CONTROL, 0x20 | AcpiPower.SLEEP_TYPE_S5 << 2);
    assertThat(events).containsExactly("power off");
    assertThat(read(acpi, AcpiPower.SLEEP_STATUS)).isZero();
  }

  @Test
  void acpiResets() {
    AcpiPower acpi = new AcpiPower(power);
    write(acpi, AcpiPower.RESET, 0);
    assertThat(events).isEmpty();
    write(acpi, AcpiPower.RESET, AcpiPower.RESET_VALUE);
    assertThat(events).containsExactly("reboot");
  }
}
