package fcvm.virtio.net;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.EventLoop;
import fcvm.linux.Join;
import fcvm.linux.LinuxException;
import fcvm.linux.MacAddress;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DeviceType;
import fcvm.virtio.VirtioDevice;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A network card, whose cable ends in a [NetBackend].
///
/// It has a loop and a thread of its own: moving frames is most of what a monitor does for a busy
/// guest, and no other device should wait for it, nor it for them.
public final class Net implements VirtioDevice {
  static final long VIRTIO_NET_F_CSUM = 1L << 0;
  static final long VIRTIO_NET_F_GUEST_CSUM = 1L << 1;
  static final long VIRTIO_NET_F_MTU = 1L << 3;
  static final long VIRTIO_NET_F_MAC = 1L << 5;
  static final long VIRTIO_NET_F_GUEST_TSO4 = 1L << 7;
  static final long VIRTIO_NET_F_GUEST_TSO6 = 1L << 8;
  static final long VIRTIO_NET_F_GUEST_ECN = 1L << 9;
  static final long VIRTIO_NET_F_HOST_TSO4 = 1L << 11;
  static final long VIRTIO_NET_F_HOST_TSO6 = 1L << 12;
  static final long VIRTIO_NET_F_HOST_ECN = 1L << 13;
  static final long VIRTIO_NET_F_MRG_RXBUF = 1L << 15;
  static final long VIRTIO_NET_F_STATUS = 1L << 16;
  static final long VIRTIO_NET_F_GUEST_USO4 = 1L << 54;
  static final long VIRTIO_NET_F_GUEST_USO6 = 1L << 55;
  static final long VIRTIO_NET_F_HOST_USO = 1L << 56;

  /// The least MTU that a device may state (virtio 1.3, 5.1.4.1).
  public static final int MIN_MTU = 68;

  /// The greatest.
  public static final int MAX_MTU = 65535;

  /// What an interface has whose MTU nobody states.
  public static final int DEFAULT_MTU = 1500;

  private static final System.Logger LOG = System.getLogger(Net.class.getName());

  private static final int QUEUE_SIZE = 256;

  // struct virtio_net_config, as far as there is something in it.
  private static final int CONFIG_STATUS = 6;
  private static final int CONFIG_MTU = 10;
  private static final int CONFIG_SIZE = 12;
  private static final short VIRTIO_NET_S_LINK_UP = 1;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final NetBackend backend;
  private final int mtu;
  private final MemorySegment config = MemorySegment.ofArray(new byte[CONFIG_SIZE]);
  private final EventLoop loop;
  private final Thread thread;

  /// Starts the card's thread. The backend is the card's from then on.
  ///
  /// @param mtu the greatest content of a frame, [#MIN_MTU] to [#MAX_MTU], which the guest is told;
  ///   0 to leave that to the guest
  public Net(NetBackend backend, MacAddress mac, int mtu) throws LinuxException {
    if (mtu != 0 && (mtu < MIN_MTU || mtu > MAX_MTU)) {
      throw new IllegalArgumentException("MTU: %d to %d, not %d".formatted(MIN_MTU, MAX_MTU, mtu));
    }
    this.backend = backend;
    this.mtu = mtu;
    this.loop = new EventLoop();
    MemorySegment.copy(MemorySegment.ofArray(mac.bytes()), 0, config, 0, MacAddress.SIZE);
    config.set(SHORT, CONFIG_STATUS, VIRTIO_NET_S_LINK_UP);
    config.set(SHORT, CONFIG_MTU, (short) mtu);
    this.thread = Thread.ofPlatform().daemon().name("net " + mac).start(this::serve);
  }

  private void serve() {
    try {
      loop.run();
    } catch (LinuxException e) {
      LOG.log(Level.ERROR, "the network is not served any more", e);
    }
  }

  @Override
  public DeviceType type() {
    return DeviceType.NET;
  }

  @Override
  public long features() {
    return VIRTIO_NET_F_MAC
        | VIRTIO_NET_F_STATUS
        | VIRTIO_NET_F_MRG_RXBUF
        | (mtu == 0 ? 0 : VIRTIO_NET_F_MTU)
        | backend.features();
  }

  /// Receive (to the guest), transmit (from the guest).
  @Override
  public List<Integer> queueSizes() {
    return List.of(QUEUE_SIZE, QUEUE_SIZE);
  }

  @Override
  public synchronized void readConfig(long offset, MemorySegment into) {
    if (offset < CONFIG_SIZE) {
      long length = Math.min(into.byteSize(), CONFIG_SIZE - offset);
      MemorySegment.copy(config, offset, into, 0, length);
    }
  }

  @Override
  public EventLoop loop(EventLoop shared) {
    return loop;
  }

  @Override
  public ActiveDevice activate(Activation activation) throws IOException {
    backend.start(activation.features());
    return new ActiveNet(backend, activation, isUp(), this::unplugged);
  }

  private synchronized boolean isUp() {
    return config.get(SHORT, CONFIG_STATUS) == VIRTIO_NET_S_LINK_UP;
  }

  /// The cable is out, for good.
  private void unplugged() {
    synchronized (this) {
      config.set(SHORT, CONFIG_STATUS, (short) 0);
    }
    LOG.log(Level.WARNING, "{0}: the other end is gone, the guest''s link is down", backend.fd());
  }

  @Override
  public void close() {
    loop.stop();
    Join.uninterruptibly(thread); // the descriptor must not be closed under a call
    loop.close();
    backend.close();
  }
}
