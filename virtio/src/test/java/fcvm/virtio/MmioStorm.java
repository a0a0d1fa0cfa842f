package fcvm.virtio;

import static fcvm.virtio.MmioRegisters.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// A storm of accesses on mmio.
final class MmioStorm extends RegisterStorm {
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
  private final MmioTransport transport;

  MmioStorm(MmioTransport transport, Random random) {
    super(transport, random, OFFSETS, (int) MmioTransport.SIZE);
    this.transport = transport;
  }

  @Override
  void initialise() {
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
