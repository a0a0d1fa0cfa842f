package fcvm.vmm.pci;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MsixTableTest {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final List<String> delivered = new ArrayList<>();
  private final MsixTable table = new MsixTable(List.of(new Told(), new Told(), new Told()));

  /// Notes what is sent.
  private final class Told implements MsixTable.Message {
    private String says = "";

    @Override
    public void set(long address, int data) {
      says = Long.toHexString(address) + ":" + data;
    }

    @Override
    public void send() throws LinuxException {
      if (says.startsWith("bad")) {
        throw new LinuxException("KVM_SIGNAL_MSI", Errno.EINVAL);
      }
      delivered.add(says);
    }
  }

  private void write(long offset, int value) {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    data.set(INT, 0, value);
    table.write(offset, data);
  }

  private void fill(int vector) {
    write(vector * 16L, 0xfee0_1000);
    write(vector * 16L + 8, 40 + vector);
  }

  private int pending() {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    table.readPending(0, data);
    return data.get(INT, 0);
  }

  @Test
  void sendsWhatTheDriverFilledIn() {
    fill(1);
    write(16 + 4, 7);
    write(16 + 12, 0);
    table.control(MsixTable.ENABLE);
    table.send(1);
    assertThat(delivered).containsExactly("7fee01000:41");
  }

  @Test
  void whatIsMaskedWaits() {
    fill(0);
    fill(2);
    table.control(MsixTable.ENABLE);
    table.send(2);
    table.send(2);
    table.send(0);
    assertThat(delivered).isEmpty();
    assertThat(pending()).isEqualTo(0b101);
    write(32 + 12, 0);
    assertThat(delivered).containsExactly("fee01000:42");
    assertThat(pending()).isEqualTo(0b001);
    table.control(MsixTable.ENABLE | MsixTable.FUNCTION_MASK);
    table.send(2);
    assertThat(pending()).isEqualTo(0b101);
    table.control(MsixTable.ENABLE);
    assertThat(delivered).hasSize(2);
    assertThat(pending()).isEqualTo(0b001);
  }

  @Test
  void nothingIsSentOrKeptBeforeItIsEnabled() {
    fill(0);
    write(12, 0);
    table.send(0);
    table.control(MsixTable.ENABLE);
    assertThat(delivered).isEmpty();
    assertThat(pending()).isZero();
  }

  @Test
  void onlyAlignedWordsInTheTableAreWritten() {
    table.write(16, MemorySegment.ofArray(new byte[] {1, 2}));
    table.write(2, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));
    table.write(44, MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    table.write(48, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));
    MemorySegment entry = MemorySegment.ofArray(new byte[8]);
    for (int offset = 0; offset < 48; offset += 16) {
      table.read(offset, entry);
      assertThat(entry.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isZero();
    }
    table.read(48, entry);
    assertThat(entry.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isZero();
  }

  @Test
  void aMessageThatGoesNowhereIsTheGuestsLoss() {
    write(0, 0xbad);
    write(12, 0);
    table.control(MsixTable.ENABLE);
    table.send(0);
    table.send(0);
    assertThat(delivered).isEmpty();
    assertThat(pending()).isZero();
  }
}
