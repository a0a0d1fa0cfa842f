package fcvm.virtio.vsock;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// `struct virtio_vsock_hdr` (virtio 1.3, 5.10.6), and the constants of its fields. Ports, lengths
/// and counters are unsigned.
///
/// @param length bytes of payload that follow
/// @param op one of the VIRTIO_VSOCK_OP constants, or anything that a guest wrote
/// @param bufAlloc the sender's receive buffer for this connection, bytes
/// @param fwdCnt bytes that the sender has taken out of that buffer so far, modulo 2^32
record VsockHeader(
    long srcCid,
    long dstCid,
    int srcPort,
    int dstPort,
    int length,
    int type,
    int op,
    int flags,
    int bufAlloc,
    int fwdCnt) {
  static final int SIZE = 44;

  static final int VIRTIO_VSOCK_TYPE_STREAM = 1;

  static final int VIRTIO_VSOCK_OP_REQUEST = 1;
  static final int VIRTIO_VSOCK_OP_RESPONSE = 2;
  static final int VIRTIO_VSOCK_OP_RST = 3;
  static final int VIRTIO_VSOCK_OP_SHUTDOWN = 4;
  static final int VIRTIO_VSOCK_OP_RW = 5;
  static final int VIRTIO_VSOCK_OP_CREDIT_UPDATE = 6;
  static final int VIRTIO_VSOCK_OP_CREDIT_REQUEST = 7;

  /// Flag of SHUTDOWN: the sender will receive no more.
  static final int VIRTIO_VSOCK_SHUTDOWN_RCV = 1;

  /// Flag of SHUTDOWN: the sender will send no more.
  static final int VIRTIO_VSOCK_SHUTDOWN_SEND = 2;

  static final int SHUTDOWN_BOTH = VIRTIO_VSOCK_SHUTDOWN_RCV | VIRTIO_VSOCK_SHUTDOWN_SEND;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /// Reads a header from memory that nobody else writes.
  static VsockHeader read(MemorySegment from) {
    return new VsockHeader(
        from.get(LONG, 0),
        from.get(LONG, 8),
        from.get(INT, 16),
        from.get(INT, 20),
        from.get(INT, 24),
        Short.toUnsignedInt(from.get(SHORT, 28)),
        Short.toUnsignedInt(from.get(SHORT, 30)),
        from.get(INT, 32),
        from.get(INT, 36),
        from.get(INT, 40));
  }

  void write(MemorySegment into) {
    into.set(LONG, 0, srcCid);
    into.set(LONG, 8, dstCid);
    into.set(INT, 16, srcPort);
    into.set(INT, 20, dstPort);
    into.set(INT, 24, length);
    into.set(SHORT, 28, (short) type);
    into.set(SHORT, 30, (short) op);
    into.set(INT, 32, flags);
    into.set(INT, 36, bufAlloc);
    into.set(INT, 40, fwdCnt);
  }
}
