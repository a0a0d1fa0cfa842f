package fcvm.virtio.net;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.virtio.Buffers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// `struct virtio_net_hdr_v1` in front of each frame (virtio 1.3, 5.1.6): what of it is still to be
/// done, checksum and segmentation, and over how many buffers it lies.
final class PacketHeader {
  static final int SIZE = 12;

  /// The checksum is right: `VIRTIO_NET_HDR_F_DATA_VALID`.
  static final byte DATA_VALID = 2;

  private static final int FLAGS = 0;
  private static final int NUM_BUFFERS = 10;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private PacketHeader() {}

  /// The header of a frame that is complete.
  ///
  /// @param flags 0 or [#DATA_VALID]
  static MemorySegment complete(byte flags) {
    MemorySegment header = MemorySegment.ofArray(new byte[SIZE]);
    header.set(ValueLayout.JAVA_BYTE, FLAGS, flags);
    return header;
  }

  /// Says over how many buffers the packet lies that begins in `first`.
  static void setBuffers(Buffers first, int count) {
    MemorySegment start = first.segments().getFirst();
    if (start.byteSize() >= SIZE) {
      start.set(SHORT, NUM_BUFFERS, (short) count);
      return;
    }
    MemorySegment value = MemorySegment.ofArray(new byte[Short.BYTES]);
    value.set(SHORT, 0, (short) count);
    first.slice(NUM_BUFFERS, Short.BYTES).copyFrom(value);
  }
}
