package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The system's name in the network.
public final class HostName {
  private static final MemorySegment SETHOSTNAME = Libc.function("sethostname");

  private HostName() {}

  /// `sethostname(2)`.
  ///
  /// @param name at most 64 bytes
  public static void set(String name) throws LinuxException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      long address = CStrings.string(arena, bytes).address();
      LinuxException.check("sethostname", Libc.callInt(SETHOSTNAME, address, bytes.length));
    }
  }
}
