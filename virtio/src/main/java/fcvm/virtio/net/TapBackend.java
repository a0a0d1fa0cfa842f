package fcvm.virtio.net;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.IoVector;
import fcvm.linux.LinuxException;
import fcvm.linux.Tap;
import fcvm.virtio.Buffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Frames through a tap of the host: one system call each, header and all, so that checksums and
/// segments are left to whoever needs them last, a network card or nobody.
public final class TapBackend implements NetBackend {
  /// The largest packet that is not yet cut into segments, with its header (virtio 1.3, 5.1.6.3.1).
  static final int LARGEST = 65562;

  private static final int ETHERNET_HEADER = 14;
  private static final int VLAN_TAG = 4;
  private static final int MAX_OFFERED = 64;
  private static final long EAGAIN = -Errno.EAGAIN.number();
  private static final long EBADFD = -Errno.EBADFD.number();

  private static final int COMMON_OFFLOADS =
      Tap.TUN_F_CSUM | Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6 | Tap.TUN_F_TSO_ECN;
  private static final int USO = Tap.TUN_F_USO4 | Tap.TUN_F_USO6;

  private final Tap tap;
  private final int mtu;
  private final boolean hasUso;
  private final IoVector sending = new IoVector(MAX_PIECES);
  private final IoVector discarding = new IoVector(1);
  private final Deque<Buffers> offered = new ArrayDeque<>();
  private final MemorySegment discarded = Arena.ofAuto().allocate(LARGEST);
  private IoVector receiving = discarding;
  private long nextSize;

  /// Takes a tap over, and closes it.
  ///
  /// @param mtu bytes of the largest frame's content, the interface's
  /// @throws LinuxException if it is no tap that can do what every kernel can
  public TapBackend(Tap tap, int mtu) throws LinuxException {
    this.tap = tap;
    this.mtu = mtu;
    this.hasUso = hasUso(tap);
    tap.setOffloads(0);
  }

  private static boolean hasUso(Tap tap) {
    try {
      tap.setOffloads(Tap.TUN_F_CSUM | USO);
      return true;
    } catch (LinuxException e) {
      return false; // a kernel before 6.2
    }
  }

  @Override
  public Fd fd() {
    return tap.fd();
  }

  @Override
  public long features() {
    long uso =
        Net.VIRTIO_NET_F_GUEST_USO4 | Net.VIRTIO_NET_F_GUEST_USO6 | Net.VIRTIO_NET_F_HOST_USO;
    return Net.VIRTIO_NET_F_CSUM
        | Net.VIRTIO_NET_F_GUEST_CSUM
        | Net.VIRTIO_NET_F_GUEST_TSO4
        | Net.VIRTIO_NET_F_GUEST_TSO6
        | Net.VIRTIO_NET_F_GUEST_ECN
        | Net.VIRTIO_NET_F_HOST_TSO4
        | Net.VIRTIO_NET_F_HOST_TSO6
        | Net.VIRTIO_NET_F_HOST_ECN
        | (hasUso ? uso : 0);
  }

  @Override
  public void start(long features) throws LinuxException {
    int offloads = offloads(features);
    tap.setOffloads(offloads);
    boolean isSegmented = (offloads & ~Tap.TUN_F_CSUM) == 0;
    long packet = (long) PacketHeader.SIZE + ETHERNET_HEADER + VLAN_TAG + mtu;
    nextSize = isSegmented ? packet : Math.max(LARGEST, packet);
  }

  private int offloads(long features) {
    if ((features & Net.VIRTIO_NET_F_GUEST_CSUM) == 0) {
      return 0; // the kernel refuses the others without it
    }
    int wanted =
        Tap.TUN_F_CSUM
            | flag(features, Net.VIRTIO_NET_F_GUEST_TSO4, Tap.TUN_F_TSO4)
            | flag(features, Net.VIRTIO_NET_F_GUEST_TSO6, Tap.TUN_F_TSO6)
            | flag(features, Net.VIRTIO_NET_F_GUEST_ECN, Tap.TUN_F_TSO_ECN)
            | flag(features, Net.VIRTIO_NET_F_GUEST_USO4, Tap.TUN_F_USO4)
            | flag(features, Net.VIRTIO_NET_F_GUEST_USO6, Tap.TUN_F_USO6);
    // UDP only for both versions of IP at once, and congestion only with TCP.
    wanted &= (wanted & USO) == USO ? -1 : ~USO;
    wanted &= (wanted & (Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6)) != 0 ? -1 : ~Tap.TUN_F_TSO_ECN;
    return wanted & (COMMON_OFFLOADS | (hasUso ? USO : 0));
  }

  private static int flag(long features, long feature, int offload) {
    return (features & feature) != 0 ? offload : 0;
  }

  @Override
  public long largest() {
    return LARGEST;
  }

  @Override
  public boolean offer(Buffers packet) {
    return offered.size() < MAX_OFFERED && offered.add(packet);
  }

  @Override
  public int flush() {
    int done = 0;
    while (!offered.isEmpty()) {
      sending.set(offered.getFirst().segments());
      long result = sending.writeResult(tap.fd());
      if (result == EAGAIN) {
        break;
      }
      if (result == EBADFD) {
        return (int) GONE; // the interface was removed
      }
      // Any other error is one frame's: the kernel does not like it, or the interface is down.
      offered.removeFirst();
      done++;
    }
    return done;
  }

  @Override
  public long nextSize() {
    return nextSize;
  }

  @Override
  public void prepare(Room room) {
    if (room.byteSize() == 0) {
      discarding.set(List.of(discarded));
      receiving = discarding;
    } else {
      receiving = room.vector();
    }
  }

  @Override
  public long receive() {
    long result = receiving.readResult(tap.fd());
    if (result >= 0) {
      return result;
    }
    return result == EAGAIN ? NOTHING : GONE;
  }

  @Override
  public void stop() {
    offered.clear();
    sending.clear();
    receiving = discarding;
  }

  @Override
  public void close() {
    tap.close();
  }
}
