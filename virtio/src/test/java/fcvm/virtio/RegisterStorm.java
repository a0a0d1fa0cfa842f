package fcvm.virtio;

import static fcvm.virtio.MmioRegisters.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Register accesses in any order: single ones of any kind, and now and then a whole initialisation
/// that is almost right, so that devices do become active.
final class RegisterStorm {
  private static final int[] OFFSETS = {
    DEVICE_FEATURES_SEL,
    DRIVER_FEATURES,
    DRIVER_FEATURES_SEL,
    QUEUE_SEL,
    QUEUE_SIZE,
    QUEUE_READY,
    QUEUE_NOTIFY,
    INTERRUPT_ACK,
    STATUS,
    QUEUE_DESC_LOW,
    QUEUE_DESC_HIGH,
    QUEUE_DRIVER_LOW,
    QUEUE_DEVICE_LOW,
    CONFIG
  };
  private static final int[] SIZES = {1, 2, 4, 4, 4, 4, 8};

  private final MmioTransport transport;
  private final Random random;

  RegisterStorm(MmioTransport transport, Random random) {
    this.transport = transport;
    this.random = random;
  }

  void access() {
    if (random.nextInt(40) == 0) {
      initialise();
      return;
    }
    boolean isKnown = random.nextInt(8) != 0;
    long offset = isKnown ? OFFSETS[random.nextInt(OFFSETS.length)] : random.nextInt(0x1000);
    byte[] data = new byte[SIZES[random.nextInt(SIZES.length)]];
    if (random.nextInt(3) == 0) {
      random.nextBytes(data);
    } else {
      data[0] = (byte) (random.nextBoolean() ? random.nextInt(4) : 1 << random.nextInt(8));
    }
    if (random.nextInt(4) == 0) {
      transport.read(offset, MemorySegment.ofArray(data));
    } else {
      transport.write(offset, MemorySegment.ofArray(data));
    }
  }

  private void initialise() {
    set(STATUS, 0);
    set(STATUS, 1);
    set(STATUS, 3);
    set(DRIVER_FEATURES_SEL, 1);
    set(DRIVER_FEATURES, 1);
    set(DRIVER_FEATURES_SEL, 0);
    set(DRIVER_FEATURES, (int) (random.nextInt() & Features.COMMON));
    set(STATUS, 11);
    for (int i = 0; i < 3; i++) {
      int base = 0x1000 * i;
      set(QUEUE_SEL, i);
      set(QUEUE_SIZE, 16);
      set(QUEUE_DESC_LOW, base);
      set(QUEUE_DRIVER_LOW, base + 0x800);
      set(QUEUE_DEVICE_LOW, base + (random.nextInt(16) == 0 ? 0xc01 : 0xc00));
      set(QUEUE_READY, 1);
    }
    set(STATUS, 15);
  }

  private void set(long offset, int value) {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    data.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN), 0, value);
    transport.write(offset, data);
  }
}
