package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The network interface `lo`: the kernel gives it its addresses when it comes up.
public final class Loopback {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final short IFF_UP = 1;

  // struct ifreq: 16 bytes of name, then the flags in a union of 24.
  private static final int IFREQ_SIZE = 40;
  private static final int IFR_FLAGS = 16;

  private static final MemorySegment SOCKET = Libc.function("socket");

  private Loopback() {}

  /// Brings it up; `netdevice(7)`.
  public static void up() throws LinuxException {
    int number = Libc.callInt(SOCKET, AF_INET, SOCK_DGRAM | Fd.O_CLOEXEC, 0);
    try (Fd socket = Fd.of(LinuxException.check("socket", number), "socket");
        Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(IFREQ_SIZE, 8);
      byte[] name = "lo".getBytes(StandardCharsets.US_ASCII);
      MemorySegment.copy(name, 0, request, JAVA_BYTE, 0, name.length);
      request.set(JAVA_SHORT, IFR_FLAGS, IFF_UP);
      socket.ioctl("SIOCSIFFLAGS of lo", SIOCSIFFLAGS, request);
    }
  }
}
