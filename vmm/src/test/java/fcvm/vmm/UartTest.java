package fcvm.vmm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The driver's side of the 16550, as Linux's 8250 driver plays it.
class UartTest {
  private static final int DATA = 0;
  private static final int IER = 1;
  private static final int IIR_FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;

  private final List<Boolean> line = new ArrayList<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final Uart uart = new Uart(line::add, sent);

  private int read(int register) {
    MemorySegment data = MemorySegment.ofArray(new byte[1]);
    uart.read(register, data);
    return data.get(ValueLayout.JAVA_BYTE, 0) & 0xff;
  }

  private void write(int register, int value) {
    uart.write(register, MemorySegment.ofArray(new byte[] {(byte) value}));
  }

  private boolean isHigh() {
    return !line.isEmpty() && line.getLast();
  }

  @Test
  void sendsWhatIsWrittenToIt() {
    for (byte b : "hello\n".getBytes(US_ASCII)) {
      assertThat(read(LSR) & 0x60).isEqualTo(0x60);
      write(DATA, b);
    }
    assertThat(sent.toString(US_ASCII)).isEqualTo("hello\n");
  }

  @Test
  void theDivisorLatchIsNotData() {
    write(LCR, 0x83);
    write(DATA, 0x12);
    write(IER, 0x34);
    assertThat(read(DATA)).isEqualTo(0x12);
    assertThat(read(IER)).isEqualTo(0x34);
    write(LCR, 0x03);
    assertThat(read(IER)).isZero();
    assertThat(sent.size()).isZero();
  }

  @Test
  void transmitterInterruptFallsWhenIdentified() {
    write(IER, 0x02);
    assertThat(isHigh()).isTrue();
    assertThat(read(IIR_FCR) & 0x0f).isEqualTo(0x02);
    assertThat(isHigh()).isFalse();
    assertThat(read(IIR_FCR) & 0x0f).isEqualTo(0x01);
    write(DATA, 'x');
    assertThat(isHigh()).isTrue();
  }

  @Test
  void transmitterInterruptFallsWhenDisabled() {
    write(IER, 0x02);
    write(DATA, 'x');
    assertThat(isHigh()).isTrue();
    write(IER, 0x00);
    assertThat(isHigh()).isFalse();
    write(IER, 0x02);
    assertThat(isHigh()).as("the 8250 driver's THRE test demands it again").isTrue();
  }

  @Test
  void identifiesAsA16550AWhenItsFifoIsOn() {
    assertThat(read(IIR_FCR) >> 6).isZero();
    write(IIR_FCR, 0x01);
    assertThat(read(IIR_FCR) >> 6).isEqualTo(3);
    write(IER, 0xff);
    assertThat(read(IER)).as("no XScale enable bit").isEqualTo(0x0f);
  }

  @Test
  void loopbackReturnsTheModemLines() {
    assertThat(read(MSR)).isEqualTo(0xb0);
    write(MCR, 0x1a);
    assertThat(read(MSR)).as("what autoconfig asks for").isEqualTo(0x90);
    write(DATA, 'x');
    assertThat(sent.size()).as("nothing leaves in loopback").isZero();
  }

  @Test
  void keepsInputUntilTheDriverIsReadyForIt() throws InterruptedException {
    uart.input("ab".getBytes(US_ASCII));
    assertThat(read(LSR) & 1).isZero();
    assertThat(read(DATA)).as("a probing driver drains nothing").isZero();
    assertThat(line).isEmpty();
    write(IER, 0x01);
    assertThat(isHigh()).isTrue();
    assertThat(read(IIR_FCR) & 0x0f).isEqualTo(0x04);
    assertThat(read(LSR) & 1).isEqualTo(1);
    assertThat(read(DATA)).isEqualTo('a');
    assertThat(isHigh()).isTrue();
    assertThat(read(DATA)).isEqualTo('b');
    assertThat(isHigh()).isFalse();
    assertThat(read(LSR) & 1).isZero();
  }

  @Test
  @Timeout(20)
  void inputWaitsForRoomAndLosesNothing() throws InterruptedException {
    byte[] bytes = new byte[10_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    Thread typist =
        Thread.ofVirtual()
            .start(() -> {
              try {
                uart.input(bytes);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    write(IER, 0x01);
    byte[] received = new byte[bytes.length];
    for (int i = 0; i < received.length; ) {
      if ((read(LSR) & 1) != 0) {
        received[i++] = (byte) read(DATA);
      } else {
        Thread.onSpinWait();
      }
    }
    typist.join();
    assertThat(received).isEqualTo(bytes);
  }

  @Test
  @Timeout(20)
  void closingLetsWaitingInputGo() throws InterruptedException {
    Thread typist =
        Thread.ofVirtual()
            .start(() -> {
              try {
                uart.input(new byte[1 << 16]);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    uart.close();
    typist.join();
    assertThat(typist.isAlive()).isFalse();
  }

  /// After any sequence of accesses the line is high exactly if there is an enabled cause: else a
  /// storm, or a dead terminal.
  @Property
  void theLineNeverStaysHighWithoutACause(@ForAll List<Short> accesses)
      throws InterruptedException {
    uart.input(new byte[] {1, 2, 3});
    for (short access : accesses) {
      int register = access & 7;
      if ((access & 8) != 0) {
        read(register);
      } else {
        write(register, access >> 8);
      }
    }
    boolean high = isHigh();
    boolean pending = (read(IIR_FCR) & 1) == 0;
    assertThat(pending).isEqualTo(high);
  }
}
