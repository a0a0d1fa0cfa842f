package fcvm.virtio.net;

import fcvm.linux.Fd;
import fcvm.linux.IoVector;
import fcvm.virtio.Buffers;
import java.io.IOException;

/// Where the frames of a network device go and come from. A packet is a frame behind the header of
/// virtio-net ([PacketHeader]), in guest memory; a backend moves it between there and its
/// descriptor, and never waits.
///
/// One thread at a time uses it.
public interface NetBackend extends AutoCloseable {
  /// Most pieces of a packet.
  int MAX_PIECES = 1000;

  /// There is no packet now; wait for the descriptor.
  long NOTHING = -1;

  /// There will be none any more: the other end is gone.
  long GONE = -2;

  /// The descriptor, to wait for.
  Fd fd();

  /// The device's features that this backend can serve: offloads.
  long features();

  /// A driver is ready, and this is what it can do.
  ///
  /// @throws IOException if the host refuses
  void start(long features) throws IOException;

  /// Most bytes of a packet of the guest; what is longer is dropped.
  long largest();

  /// Takes a packet of the guest to send it with the next [#flush].
  ///
  /// @param packet with header, at most [#largest] bytes in [#MAX_PIECES] pieces
  /// @return false if there is no room before the next flush
  boolean offer(Buffers packet);

  /// Sends what was offered, as far as that goes now.
  ///
  /// @return how many of the packets, the oldest first, are done with; or [#GONE]
  int flush();

  /// Room that the next packet to the guest needs, [#NOTHING] or [#GONE].
  long nextSize();

  /// Where packets to the guest go, one after the other.
  interface Room {
    /// Bytes for the next one; none at all if it has to be thrown away.
    long byteSize();

    /// These bytes.
    Buffers buffers();

    /// These bytes, to read into.
    IoVector vector();
  }

  /// Says where the next packet shall go, header first.
  ///
  /// @param room at least [#nextSize] bytes in [#MAX_PIECES] pieces, or none
  void prepare(Room room);

  /// Receives the packet that was prepared for.
  ///
  /// @return its size with the header, [#NOTHING] if it is not there, or not all of it, or [#GONE]
  long receive();

  /// The driver is gone, and with it the memory of all that was offered and prepared: it is not
  /// touched any more.
  void stop();

  /// Releases the host's side.
  @Override
  void close();
}
