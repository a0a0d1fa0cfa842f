package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_TYPE_STREAM;

/// Credit of one connection in both directions (virtio 1.3, 5.10.6.3): how much either side may
/// send before the other has made room. Counters run modulo 2^32.
final class Credit {
  /// Bytes that we hold for the host's side of a connection at most.
  static final int BUFFER_SIZE = 256 * 1024;

  private int guestBuffer;
  private int guestForwarded;
  private int sent;
  private boolean hasAsked;

  private int received;
  private int forwarded;
  private int announced;
  private boolean owesUpdate;

  /// Takes over what a packet of the guest says of its room.
  void heard(VsockHeader header) {
    guestBuffer = header.bufAlloc();
    guestForwarded = header.fwdCnt();
    // Not for each packet: a guest that answers "none" would be asked again, for ever.
    hasAsked = hasAsked && available() == 0;
  }

  /// Bytes that we may send to the guest. A guest that claims to have taken more than we sent has
  /// none.
  long available() {
    long inFlight = Integer.toUnsignedLong(sent - guestForwarded);
    return Math.max(0, Integer.toUnsignedLong(guestBuffer) - inFlight);
  }

  void sent(long bytes) {
    sent += (int) bytes;
  }

  /// Whether the guest has not been asked for credit since it last had some.
  boolean mayAsk() {
    return !hasAsked;
  }

  void asked() {
    hasAsked = true;
  }

  /// Counts bytes that came from the guest; false if it had no credit for them.
  boolean received(long bytes) {
    if (bytes > BUFFER_SIZE - (received - forwarded)) {
      return false;
    }
    received += (int) bytes;
    return true;
  }

  /// Counts bytes that left our buffer.
  void forwarded(long bytes) {
    forwarded += (int) bytes;
    // At a quarter, which is a driver's largest packet: the guest learns of the room that one
    // packet
    // left while the next ones are still on their way, and need not stop.
    if (bytes > 0 && received - announced >= BUFFER_SIZE / 4) {
      owesUpdate = true;
    }
  }

  void forwardedAll() {
    forwarded(received - forwarded);
  }

  void oweUpdate() {
    owesUpdate = true;
  }

  boolean owesUpdate() {
    return owesUpdate;
  }

  /// A packet to the guest; every packet tells it our credit.
  VsockHeader header(long guestCid, int hostPort, int guestPort, int op, int flags, int length) {
    announced = forwarded;
    owesUpdate = false;
    return new VsockHeader(
        ActiveVsock.HOST_CID,
        guestCid,
        hostPort,
        guestPort,
        length,
        VIRTIO_VSOCK_TYPE_STREAM,
        op,
        flags,
        BUFFER_SIZE,
        forwarded);
  }
}
