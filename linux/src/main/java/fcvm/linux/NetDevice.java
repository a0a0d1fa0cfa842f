package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;

/// A network interface of the calling thread's network namespace; `netdevice(7)`.
///
/// @param name such as `eth0`
public record NetDevice(String name) {
  /// The one that the kernel gives its addresses itself, when it comes up.
  public static final NetDevice LOOPBACK = new NetDevice("lo");

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final long SIOCADDRT = 0x890b;
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final long SIOCSIFADDR = 0x8916;
  private static final long SIOCSIFNETMASK = 0x891c;
  private static final long SIOCSIFMTU = 0x8922;
  private static final short IFF_UP = 1;
  private static final short RTF_UP = 1;
  private static final short RTF_GATEWAY = 2;

  // struct ifreq: 16 bytes of name, then a union of 24.
  private static final int IFREQ_SIZE = 40;
  private static final int IFR_VALUE = 16;

  // struct sockaddr_in: the family, and the address behind the port.
  private static final int SIN_ADDR = 4;

  // struct rtentry.
  private static final int RTENTRY_SIZE = 120;
  private static final int RT_DST = 8;
  private static final int RT_GATEWAY = 24;
  private static final int RT_GENMASK = 40;
  private static final int RT_FLAGS = 56;

  private static final MemorySegment SOCKET = Libc.function("socket");

  /// @throws IllegalArgumentException if no interface can have this name
  public NetDevice {
    int size = name.getBytes(StandardCharsets.UTF_8).length;
    if (size == 0 || size > Tap.MAX_NAME) {
      throw new IllegalArgumentException("interface name: 1 to 15 bytes, not \"" + name + "\"");
    }
  }

  /// Brings it up.
  public void up() throws LinuxException {
    try (Fd socket = socket();
        Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena);
      control(socket, "SIOCGIFFLAGS", SIOCGIFFLAGS, request);
      short flags = request.get(JAVA_SHORT, IFR_VALUE);
      request.set(JAVA_SHORT, IFR_VALUE, (short) (flags | IFF_UP));
      control(socket, "SIOCSIFFLAGS", SIOCSIFFLAGS, request);
    }
  }

  /// Gives it its only IPv4 address.
  ///
  /// @param prefix bits that all addresses of its network have in common, 0 to 32
  public void setAddress(Inet4Address address, int prefix) throws LinuxException {
    try (Fd socket = socket();
        Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena);
      setSockaddr(request, IFR_VALUE, address.getAddress());
      control(socket, "SIOCSIFADDR", SIOCSIFADDR, request);
      setSockaddr(request, IFR_VALUE, mask(prefix));
      control(socket, "SIOCSIFNETMASK", SIOCSIFNETMASK, request);
    }
  }

  private static byte[] mask(int prefix) {
    int bits = prefix == 0 ? 0 : -1 << (Integer.SIZE - prefix);
    return new byte[] {
      (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
    };
  }

  /// Sets the greatest content of a frame.
  public void setMtu(int mtu) throws LinuxException {
    try (Fd socket = socket();
        Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena);
      request.set(JAVA_INT, IFR_VALUE, mtu);
      control(socket, "SIOCSIFMTU", SIOCSIFMTU, request);
    }
  }

  /// Sends whatever no other route is for through a router, which an interface that is up must
  /// reach.
  public static void addDefaultRoute(Inet4Address router) throws LinuxException {
    try (Fd socket = socket();
        Arena arena = Arena.ofConfined()) {
      MemorySegment route = arena.allocate(RTENTRY_SIZE, JAVA_LONG.byteAlignment());
      setSockaddr(route, RT_DST, new byte[4]);
      setSockaddr(route, RT_GATEWAY, router.getAddress());
      setSockaddr(route, RT_GENMASK, new byte[4]);
      route.set(JAVA_SHORT, RT_FLAGS, (short) (RTF_UP | RTF_GATEWAY));
      socket.ioctl("SIOCADDRT via " + router.getHostAddress(), SIOCADDRT, route);
    }
  }

  private static Fd socket() throws LinuxException {
    int number = Libc.callInt(SOCKET, AF_INET, SOCK_DGRAM | Fd.O_CLOEXEC, 0);
    return Fd.of(LinuxException.check("socket", number), "socket");
  }

  private MemorySegment request(Arena arena) {
    MemorySegment request = arena.allocate(IFREQ_SIZE, JAVA_LONG.byteAlignment());
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
    return request;
  }

  private static void setSockaddr(MemorySegment in, long offset, byte[] address) {
    in.set(JAVA_SHORT, offset, (short) AF_INET);
    MemorySegment.copy(address, 0, in, JAVA_BYTE, offset + SIN_ADDR, address.length);
  }

  private void control(Fd socket, String call, long request, MemorySegment argument)
      throws LinuxException {
    socket.ioctl(call + " of " + name, request, argument);
  }
}
