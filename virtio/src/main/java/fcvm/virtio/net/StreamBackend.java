package fcvm.virtio.net;

import fcvm.linux.Fd;
import fcvm.linux.UnixSocket;
import fcvm.virtio.Buffers;

/// Frames through a connected Unix stream socket, each behind its length in four bytes, big-endian:
/// QEMU's protocol (`-netdev stream`), which passt speaks.
///
/// There is no header in it that would say what is left to do, so the guest makes whole frames. It
/// need not look at the checksums of those that come: the other end has made them, and nothing on
/// the way can change them.
public final class StreamBackend implements NetBackend {
  /// The longest frame that passt takes; it hangs up at a longer one.
  static final int MAX_FRAME = 65535;

  /// Bytes of a frame's length.
  static final int LENGTH_SIZE = 4;

  private static final int ETHERNET_HEADER = 14;

  private final UnixSocket socket;
  private final int maxFrame;
  private final FrameSender sender;
  private final FrameReceiver receiver;

  /// Takes a socket over, and closes it.
  ///
  /// @param mtu bytes of the largest frame's content
  public StreamBackend(UnixSocket socket, int mtu) {
    this.socket = socket;
    this.maxFrame = Math.min(MAX_FRAME, ETHERNET_HEADER + mtu);
    this.sender = new FrameSender(socket.fd());
    this.receiver = new FrameReceiver(socket.fd());
  }

  @Override
  public Fd fd() {
    return socket.fd();
  }

  @Override
  public long features() {
    return Net.VIRTIO_NET_F_GUEST_CSUM;
  }

  @Override
  public void start(long features) {
    boolean mayTrust = (features & Net.VIRTIO_NET_F_GUEST_CSUM) != 0;
    receiver.setHeader(PacketHeader.complete(mayTrust ? PacketHeader.DATA_VALID : 0));
  }

  @Override
  public long largest() {
    return (long) PacketHeader.SIZE + maxFrame;
  }

  @Override
  public boolean offer(Buffers packet) {
    return sender.offer(packet.slice(PacketHeader.SIZE, packet.byteSize() - PacketHeader.SIZE));
  }

  @Override
  public int flush() {
    return sender.flush();
  }

  @Override
  public long nextSize() {
    return receiver.nextSize();
  }

  @Override
  public void prepare(Room room) {
    receiver.prepare(room.buffers());
  }

  @Override
  public long receive() {
    return receiver.receive();
  }

  @Override
  public void stop() {
    sender.stop();
    receiver.stop();
  }

  @Override
  public void close() {
    socket.close();
  }
}
