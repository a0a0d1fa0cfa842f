package fcvm.virtio;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Register accesses in any order: single ones of any kind, and now and then a whole initialisation
/// that is almost right, so that devices do become active.
abstract class RegisterStorm {
  private static final int[] SIZES = {1, 2, 3, 4, 4, 4, 4, 4, 5, 6, 7, 8};

  final Random random;
  private final Transport transport;
  private final int[] offsets;
  private final int size;

  /// @param offsets of registers that do something
  /// @param size of all registers in bytes
  RegisterStorm(Transport transport, Random random, int[] offsets, int size) {
    this.transport = transport;
    this.random = random;
    this.offsets = offsets;
    this.size = size;
  }

  abstract void initialise();

  void access() {
    if (random.nextInt(40) == 0) {
      initialise();
      return;
    }
    boolean isKnown = random.nextInt(8) != 0;
    long offset = isKnown ? offsets[random.nextInt(offsets.length)] : random.nextInt(size);
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
}
