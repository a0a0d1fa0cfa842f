package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class Pl031Test {
  private final Pl031 rtc = new Pl031(InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));

  private int read(int register) {
    byte[] data = new byte[4];
    rtc.read(register, MemorySegment.ofArray(data));
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private void write(int register, int value) {
    byte[] data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    rtc.write(register, MemorySegment.ofArray(data));
  }

  @Test
  void tellsTheTime() {
    assertThat(read(0x00)).isEqualTo(1_800_000_000);
    write(0x08, 1_900_000_000);
    assertThat(read(0x00)).isEqualTo(1_900_000_000);
  }

  @Test
  void identifiesItself() {
    int[] id = {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    for (int i = 0; i < id.length; i++) {
      assertThat(read(0xfe0 + 4 * i)).isEqualTo(id[i]);
    }
  }

  @Test
  void survivesAccessesOfAnySizeAndPlace() {
    for (int offset = 0; offset < Pl031.SIZE; offset++) {
      for (int size : new int[] {1, 2, 4, 8}) {
        rtc.read(offset, MemorySegment.ofArray(new byte[size]));
        rtc.write(offset, MemorySegment.ofArray(new byte[size]));
      }
    }
    assertThat(read(0xfe0)).isEqualTo(0x31);
  }
}
