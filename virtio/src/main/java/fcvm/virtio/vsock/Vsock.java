package fcvm.virtio.vsock;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.LinuxException;
import fcvm.linux.UnixSocket;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DeviceType;
import fcvm.virtio.VirtioDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// Stream sockets between host and guest. Lives on the monitor's event loop; no socket of it ever
/// blocks there.
public final class Vsock implements VirtioDevice {
  /// Most connections at a time.
  public static final int MAX_CONNECTIONS = 1023;

  /// The smallest CID that a guest can have; smaller ones are reserved.
  public static final long MIN_GUEST_CID = 3;

  private static final int QUEUE_SIZE = 256;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(LITTLE_ENDIAN);

  private final long guestCid;
  private final Path path;
  private final UnixSocket listener;
  private final MemorySegment config = MemorySegment.ofArray(new long[1]);

  /// Listens at once, so that clients may connect before the guest has started.
  ///
  /// @param guestCid the guest's address, at least [#MIN_GUEST_CID], 32 bits
  /// @param path the socket file to make; room is needed for `_<port>` behind it
  /// @throws LinuxException if the file cannot be made, or exists
  public Vsock(long guestCid, Path path) throws LinuxException {
    if (guestCid < MIN_GUEST_CID || guestCid >= 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "guest CID %d is not in 3..4294967294".formatted(guestCid));
    }
    this.guestCid = guestCid;
    this.path = path;
    this.listener = UnixSocket.listen(path, MAX_CONNECTIONS);
    config.set(LONG, 0, guestCid);
  }

  @Override
  public DeviceType type() {
    return DeviceType.VSOCK;
  }

  @Override
  public long features() {
    return 0;
  }

  /// Receive (to the guest), transmit (from the guest), event.
  @Override
  public List<Integer> queueSizes() {
    return List.of(QUEUE_SIZE, QUEUE_SIZE, QUEUE_SIZE);
  }

  @Override
  public void readConfig(long offset, MemorySegment into) {
    if (offset < Long.BYTES) {
      long length = Math.min(into.byteSize(), Long.BYTES - offset);
      MemorySegment.copy(config, offset, into, 0, length);
    }
  }

  @Override
  public ActiveDevice activate(Activation activation) throws LinuxException {
    return new ActiveVsock(guestCid, path, listener, activation);
  }

  /// Stops listening and removes the socket file.
  @Override
  public void close() {
    listener.close();
  }
}
