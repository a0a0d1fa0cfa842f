package fcvm.linux;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Random bytes from the kernel's generator: `getrandom(2)`.
public final class Entropy {
  private static final MemorySegment GETRANDOM = Libc.function("getrandom");

  private Entropy() {}

  /// Fills native memory with random bytes, as far as one call goes. Never blocks once the host has
  /// booted.
  ///
  /// @return bytes written, all of them up to 256, or `-errno`
  public static long fillResult(MemorySegment memory) {
    try {
      long result;
      do {
        result = Libc.callLong(GETRANDOM, memory.address(), memory.byteSize(), 0);
      } while (result == -Errno.EINTR.number());
      return result;
    } finally {
      Reference.reachabilityFence(memory);
    }
  }
}
