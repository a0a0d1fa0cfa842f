package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// A network interface whose other end is a descriptor of this process, which reads and writes
/// Ethernet frames, each behind a `struct virtio_net_hdr_v1`:
/// [tuntap](https://docs.kernel.org/networking/tuntap.html). Non-blocking.
///
/// @param fd one frame per read and write
public record Tap(Fd fd) implements AutoCloseable {
  /// Bytes of the header before each frame.
  public static final int HEADER_SIZE = 12;

  /// Most bytes of an interface's name.
  public static final int MAX_NAME = 15;

  /// The other end takes frames whose checksum is not yet there.
  public static final int TUN_F_CSUM = 0x01;

  /// And TCP over IPv4 that is not yet cut into segments.
  public static final int TUN_F_TSO4 = 0x02;

  public static final int TUN_F_TSO6 = 0x04;

  /// And such segments that say they met congestion.
  public static final int TUN_F_TSO_ECN = 0x08;

  /// And UDP over IPv4 that is not yet cut into datagrams; kernels since 6.2.
  public static final int TUN_F_USO4 = 0x20;

  public static final int TUN_F_USO6 = 0x40;

  private static final String DEVICE = "/dev/net/tun";
  private static final long TUNSETIFF = 0x400454ca;
  private static final long TUNSETOFFLOAD = 0x400454d0;
  private static final long TUNSETVNETHDRSZ = 0x400454d8;
  private static final short IFF_TAP = 0x0002;
  private static final short IFF_NO_PI = 0x1000;
  private static final short IFF_VNET_HDR = 0x4000;

  // struct ifreq: 16 bytes of name, then the flags in a union of 24.
  private static final int IFREQ_SIZE = 40;
  private static final int IFR_FLAGS = 16;

  /// Attaches to the interface, which is made if it does not exist and is gone with the descriptor
  /// then. It belongs to the calling thread's network namespace.
  ///
  /// @throws LinuxException also if another process has it (EBUSY), or it is another's (EPERM)
  public static Tap open(String name) throws LinuxException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > MAX_NAME) {
      throw new LinuxException("interface \"" + name + "\"", Errno.EINVAL);
    }
    Fd fd = Fd.open(DEVICE, Fd.O_RDWR | Fd.O_NONBLOCK);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(IFREQ_SIZE, 8);
      MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
      request.set(JAVA_SHORT, IFR_FLAGS, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
      fd.ioctl("TUNSETIFF of " + name, TUNSETIFF, request);
      fd.ioctl("TUNSETVNETHDRSZ", TUNSETVNETHDRSZ, arena.allocateFrom(JAVA_INT, HEADER_SIZE));
      return new Tap(fd);
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }

  /// What may arrive unfinished from now on, TUN_F_CSUM and its like or-ed.
  ///
  /// @throws LinuxException EINVAL if the kernel does not know one of them
  public void setOffloads(int offloads) throws LinuxException {
    fd.ioctl("TUNSETOFFLOAD", TUNSETOFFLOAD, offloads);
  }

  @Override
  public void close() {
    fd.close();
  }
}
