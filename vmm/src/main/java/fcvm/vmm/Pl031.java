package fcvm.vmm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.InstantSource;

/// Arm's PrimeCell real time clock PL031 (DDI 0224): gives the host's time in seconds. The alarm
/// never rings: there is no interrupt.
public final class Pl031 implements BusDevice {
  /// The size of its register window.
  public static final int SIZE = 0x1000;

  private static final int DATA = 0x00;
  private static final int MATCH = 0x04;
  private static final int LOAD = 0x08;
  private static final int CONTROL = 0x0c;
  private static final int PERIPHERAL_ID = 0xfe0;
  private static final byte[] IDENTITY = {
    0x31, 0x10, 0x04, 0x00, 0x0d, (byte) 0xf0, 0x05, (byte) 0xb1
  };

  private static final ValueLayout.OfInt LITTLE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final InstantSource clock;
  private long offset; // seconds that the guest has set the clock forward
  private int match;

  /// @param clock where the time comes from
  public Pl031(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void read(long register, MemorySegment data) {
    data.fill((byte) 0);
    if (data.byteSize() >= Integer.BYTES) {
      data.set(LITTLE_INT, 0, value((int) register));
    }
  }

  private int value(int register) {
    if (register >= PERIPHERAL_ID) {
      return IDENTITY[(register - PERIPHERAL_ID) / Integer.BYTES] & 0xff;
    }
    return switch (register) {
      case DATA, LOAD -> (int) (clock.instant().getEpochSecond() + offset);
      case MATCH -> match;
      case CONTROL -> 1; // started
      default -> 0; // interrupt registers: nothing enabled, nothing pending
    };
  }

  @Override
  public synchronized void write(long register, MemorySegment data) {
    if (data.byteSize() < Integer.BYTES) {
      return;
    }
    int value = data.get(LITTLE_INT, 0);
    switch ((int) register) {
      case LOAD -> offset = Integer.toUnsignedLong(value) - clock.instant().getEpochSecond();
      case MATCH -> match = value;
      default -> {} // the clock cannot be stopped, and has no interrupt to mask or clear
    }
  }
}
