package fcvm.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Guest memory between two guards: a device that writes outside it is found out.
final class GuardedMemory {
  static final int SIZE = 1 << 18;

  private static final int GUARD = 1 << 16;
  private static final byte PATTERN = (byte) 0xa5;

  private final MemorySegment all = Arena.ofAuto().allocate(SIZE + 2L * GUARD, 4096);
  final GuestMemory memory = GuestMemory.of(all.asSlice(GUARD, SIZE));

  GuardedMemory() {
    all.fill(PATTERN);
  }

  void fill(Random random) {
    byte[] bytes = new byte[SIZE];
    random.nextBytes(bytes);
    memory.setBytes(0, bytes);
  }

  void assertGuards() {
    assertGuard(0);
    assertGuard(GUARD + SIZE);
  }

  private void assertGuard(long offset) {
    byte[] bytes = all.asSlice(offset, GUARD).toArray(ValueLayout.JAVA_BYTE);
    for (byte b : bytes) {
      if (b != PATTERN) {
        assertThat(bytes).containsOnly(PATTERN);
      }
    }
  }
}
