package fcvm.vmm.pci;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.vmm.AddressRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PciBusTest {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final int FUNCTION = 3 << 15;

  private final PciBus bus = new PciBus(Arena.ofAuto().allocate(PciBus.ECAM_SIZE, Long.BYTES));

  private int read(long offset) {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    bus.read(offset, data);
    return data.get(INT, 0);
  }

  private void write(long offset, int value) {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    data.set(INT, 0, value);
    bus.write(offset, data);
  }

  @Test
  void emptySlotsAreEmpty() {
    for (int slot = 0; slot < PciBus.SLOTS; slot++) {
      assertThat(read((long) slot << 15)).isEqualTo(-1);
      write((long) slot << 15, 0);
      assertThat(read((long) slot << 15)).isEqualTo(-1);
    }
  }

  @Test
  void addressesTellTheirSizeAndComeBack() {
    PciFunction function = bus.plug(3, 0x1af4, 0x1042, 0x018000);
    function.memoryBar(0, new AddressRange(0xc010_4000L, 0x4000));
    function.portBar(2, new AddressRange(0x1010, 4));
    assertThat(read(FUNCTION)).isEqualTo(0x10421af4);
    assertThat(read(FUNCTION + 8)).isEqualTo(0x01800001);
    write(FUNCTION + 0x10, -1);
    assertThat(read(FUNCTION + 0x10)).isEqualTo(0xffff_c000);
    write(FUNCTION + 0x10, 0xc010_4000);
    assertThat(read(FUNCTION + 0x10)).isEqualTo(0xc010_4000);
    write(FUNCTION + 0x18, -1);
    assertThat(read(FUNCTION + 0x18)).isEqualTo(0xffff_fffd);
    write(FUNCTION + 0x14, -1);
    assertThat(read(FUNCTION + 0x14)).as("no such address").isZero();
    write(FUNCTION + 0x30, -1);
    assertThat(read(FUNCTION + 0x30)).as("no expansion ROM").isZero();
  }

  @Test
  void capabilitiesAreAList() {
    PciFunction function = bus.plug(3, 0x1af4, 0x1042, 0x018000);
    int first = function.capability(0x11, new byte[10]);
    int second = function.capability(0x09, new byte[14]);
    assertThat(read(FUNCTION + 4) >>> 16 & 0x10).as("has a list").isEqualTo(0x10);
    assertThat(read(FUNCTION + 0x34)).isEqualTo(first);
    assertThat(read(FUNCTION + first) & 0xffff).isEqualTo(second << 8 | 0x11);
    assertThat(read(FUNCTION + second) & 0xffff).as("the last").isEqualTo(0x09);
  }

  @Test
  void whatIsWatchedIsToldWhateverTheAccess() {
    PciFunction function = bus.plug(3, 0x1af4, 0x1042, 0x018000);
    int at = function.capability(0x11, new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    List<Integer> told = new ArrayList<>();
    function.watch(at + 2, 0xc000, told::add);
    write(FUNCTION + at, 0xffff_ffff);
    bus.write(FUNCTION + at + 3, MemorySegment.ofArray(new byte[] {0x40}));
    write(FUNCTION + at + 4, -1);
    assertThat(told).containsExactly(0xc002, 0x4002);
  }

  @Property(tries = 100)
  void anyWriteChangesOnlyWhatMayChange(@ForAll long seed) {
    PciFunction function = bus.plug(3, 0x1af4, 0x1042, 0x018000);
    function.memoryBar(0, new AddressRange(0xc010_4000L, 0x4000));
    int at = function.capability(0x11, new byte[10]);
    function.watch(at + 2, 0xc000, value -> assertThat(value & ~0xc000).isZero());
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] data = new byte[1 << random.nextInt(4)];
      random.nextBytes(data);
      boolean isThere = random.nextInt(4) != 0;
      int offset = isThere ? FUNCTION + random.nextInt(0x60) : random.nextInt(1 << 20);
      bus.write(Math.min(offset, (1 << 20) - data.length), MemorySegment.ofArray(data));
    }
    assertThat(read(FUNCTION)).isEqualTo(0x10421af4);
    assertThat(read(FUNCTION + 8)).isEqualTo(0x01800001);
    assertThat(read(FUNCTION + 0x10) & 0x3fff).isZero();
    assertThat(read(FUNCTION + 0x34)).isEqualTo(at);
    assertThat(read(0)).isEqualTo(-1);
  }
}
