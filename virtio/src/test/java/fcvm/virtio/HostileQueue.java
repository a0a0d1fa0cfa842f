package fcvm.virtio;

import java.util.Random;

/// Rings full of what a hostile driver might write: well-formed chains of requests with errors
/// strewn in, from none to all of it, so that every check is reached and so is what lies behind it.
///
/// Descriptors come in groups of four, which make a chain unless an error says otherwise.
final class HostileQueue {
  private static final int NEXT = 1;
  private static final int WRITE = 2;
  private static final int INDIRECT = 4;
  private static final int GROUP = 4;
  private static final int[] ERROR_PERCENT = {0, 1, 5, 40};
  private static final int NOISE = 100;
  private static final int AVAILABLE = 0x800;
  private static final int USED = 0xc00;
  private static final int BUFFERS = 0x20000;
  private static final int TABLES = 0x10000;

  private final GuestMemory memory;
  private final long base;
  private final int size;
  private final Random random;
  private final int errorPercent;
  private final boolean isForDevice;
  private final boolean hasPackets;

  /// @param isForDevice all buffers are for the device to write
  /// @param hasPackets requests start with a packet's header, else with a disk's
  /// @param errorPercent from [#errorPercent(Random)]
  HostileQueue(
      GuestMemory memory,
      long base,
      int size,
      boolean isForDevice,
      boolean hasPackets,
      int errorPercent,
      Random random) {
    this.memory = memory;
    this.base = base;
    this.size = size;
    this.random = random;
    this.isForDevice = isForDevice;
    this.hasPackets = hasPackets;
    this.errorPercent = errorPercent;
    if (errorPercent == NOISE) {
      return; // It is there already.
    }
    for (int i = 0; i < size; i++) {
      descriptor(base, i, true);
    }
    memory.setShort(base + AVAILABLE, (short) 0);
    int count = isWrong() ? random.nextInt(65536) : random.nextInt(size + 1);
    memory.setShort(base + AVAILABLE + 2, (short) count);
    for (int i = 0; i < size; i++) {
      int head = isWrong() ? random.nextInt(65536) : random.nextInt(size) & -GROUP;
      memory.setShort(base + AVAILABLE + 4 + 2L * i, (short) head);
    }
  }

  /// How much is wrong, in percent; from nothing to noise.
  static int errorPercent(Random random) {
    boolean isNoise = random.nextInt(10) == 0;
    return isNoise ? NOISE : ERROR_PERCENT[random.nextInt(ERROR_PERCENT.length)];
  }

  QueueState state() {
    return new QueueState(size, true, base, base + AVAILABLE, base + USED, 0, 0, 0);
  }

  private boolean isWrong() {
    return random.nextInt(100) < errorPercent;
  }

  private void descriptor(long table, int index, boolean mayBeIndirect) {
    int place = index % GROUP;
    long address = (long) BUFFERS + random.nextInt(0x10000);
    int length = length(place);
    int flags = place < GROUP - 1 ? NEXT : 0;
    if (isForDevice || place >= 2) {
      flags |= WRITE;
    } else if (place == 0) {
      request(address);
    }
    int next = index + 1;
    if (mayBeIndirect && place == 0 && random.nextInt(5) == 0) {
      address = TABLES + 64L * random.nextInt(512);
      length = 16 * GROUP;
      flags = INDIRECT;
      for (int i = 0; i < GROUP; i++) {
        descriptor(address, i, isWrong());
      }
    }
    long at = table + 16L * index;
    memory.setLong(at, isWrong() ? address() : address);
    memory.setInt(at + 8, isWrong() ? random.nextInt() : length);
    memory.setShort(at + 12, (short) (isWrong() ? random.nextInt(65536) : flags));
    memory.setShort(at + 14, (short) (isWrong() ? random.nextInt(size + 2) : next));
  }

  private int length(int place) {
    return switch (place) {
      case 0 -> hasPackets ? 44 : 16;
      case GROUP - 1 -> 1 + random.nextInt(4);
      default -> random.nextBoolean() ? 512 * random.nextInt(8) : random.nextInt(2000);
    };
  }

  private long address() {
    return random.nextBoolean() ? random.nextLong() : GuardedMemory.SIZE - random.nextInt(64);
  }

  /// The start of a request of some device: a disk's or a packet's header.
  private void request(long at) {
    if (!hasPackets) {
      int[] types = {0, 1, 4, 8, 11, -1};
      memory.setInt(at, types[random.nextInt(types.length)]);
      memory.setLong(at + 8, isWrong() ? random.nextLong() : random.nextInt(130));
      return;
    }
    memory.setLong(at, isWrong() ? random.nextLong() : 3);
    memory.setLong(at + 8, isWrong() ? random.nextLong() : 2);
    memory.setInt(at + 16, random.nextInt(3));
    memory.setInt(at + 20, random.nextInt(3));
    memory.setInt(at + 24, isWrong() ? random.nextInt() : 0);
    memory.setShort(at + 28, (short) (isWrong() ? random.nextInt() : 1));
    memory.setShort(at + 30, (short) random.nextInt(9));
    memory.setInt(at + 32, random.nextInt());
    memory.setInt(at + 36, random.nextInt());
    memory.setInt(at + 40, random.nextInt());
  }
}
