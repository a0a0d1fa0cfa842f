package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BusTest {
  private final Bus bus = new Bus();

  /// Remembers the last access.
  private static final class Recorder implements BusDevice {
    long offset = -1;
    byte written;

    @Override
    public void read(long offset, MemorySegment data) {
      this.offset = offset;
      data.fill((byte) 0x11);
    }

    @Override
    public void write(long offset, MemorySegment data) {
      this.offset = offset;
      this.written = data.get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  @Test
  void findsTheDeviceAndTellsItTheOffset() {
    Recorder low = new Recorder();
    Recorder high = new Recorder();
    bus.attach(new AddressRange(0x1000, 0x1000), low);
    bus.attach(new AddressRange(0x2000, 0x1000), high);
    byte[] data = new byte[4];
    bus.read(0x2ffc, MemorySegment.ofArray(data));
    assertThat(high.offset).isEqualTo(0xffc);
    assertThat(data).containsOnly(0x11);
    bus.write(0x1000, MemorySegment.ofArray(new byte[] {7}));
    assertThat(low.offset).isZero();
    assertThat(low.written).isEqualTo((byte) 7);
  }

  @Property
  void nobodyAnswersOutsideDevices(
      @ForAll long address, @ForAll @IntRange(min = 1, max = 8) int size) {
    Bus bus = new Bus();
    Recorder device = new Recorder();
    bus.attach(new AddressRange(0x1000, 0x10), device);
    boolean inside = address >= 0x1000 && address <= 0x1010 - size;
    byte[] data = new byte[size];
    bus.read(address, MemorySegment.ofArray(data));
    bus.write(address, MemorySegment.ofArray(data));
    assertThat(device.offset >= 0).isEqualTo(inside);
    assertThat(data).containsOnly(inside ? 0x11 : 0xff);
  }

  @Test
  void anAccessOverADevicesEndMeetsNobody() {
    Recorder device = new Recorder();
    bus.attach(new AddressRange(0x1000, 0x10), device);
    byte[] data = new byte[8];
    bus.read(0x100c, MemorySegment.ofArray(data));
    assertThat(device.offset).isEqualTo(-1);
    assertThat(data).containsOnly(0xff);
  }

  @Test
  void refusesTwoDevicesAtOneAddress() {
    bus.attach(new AddressRange(0x1000, 0x1000), new Recorder());
    assertThatThrownBy(() -> bus.attach(new AddressRange(0x1fff, 1), new Recorder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overlaps");
  }
}
