package fcvm.virtio.blk;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;

import fcvm.linux.DiskFile;
import fcvm.linux.Errno;
import fcvm.linux.IoVector;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.Buffers;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import fcvm.virtio.Virtqueue;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Serves the requests of a disk (virtio 1.3, 5.2.6): header, data, status byte. Data moves between
/// file and guest memory without a copy in between.
///
/// Whatever goes wrong with one request is its status; the VM lives on.
final class BlockQueue implements ActiveDevice {
  static final int VIRTIO_BLK_T_IN = 0;
  static final int VIRTIO_BLK_T_OUT = 1;
  static final int VIRTIO_BLK_T_FLUSH = 4;
  static final int VIRTIO_BLK_T_GET_ID = 8;

  static final byte VIRTIO_BLK_S_OK = 0;
  static final byte VIRTIO_BLK_S_IOERR = 1;
  static final byte VIRTIO_BLK_S_UNSUPP = 2;

  static final int HEADER_SIZE = 16;
  static final int ID_SIZE = 20;

  private static final System.Logger LOG = System.getLogger(BlockQueue.class.getName());

  /// Requests served before the loop gets its turn: a driver that keeps adding some must not keep a
  /// reset waiting.
  private static final int BATCH = 64;

  /// No driver that respects our limits sends more, and a reset waits for the longest request.
  private static final long MAX_DATA = (long) Block.SEG_MAX * Block.SIZE_MAX;

  /// A chain can be cut more finely than our limits say.
  private static final int MAX_PIECES = 256;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(LITTLE_ENDIAN);

  private final DiskFile disk;
  private final byte[] id;
  private final Activation activation;
  private final Virtqueue queue;
  private final IoVector vector = new IoVector(MAX_PIECES);
  private boolean hasFailed;
  private final MemorySegment header = MemorySegment.ofArray(new long[HEADER_SIZE / Long.BYTES]);

  BlockQueue(DiskFile disk, String id, Activation activation) {
    this.disk = disk;
    this.id = Arrays.copyOf(id.getBytes(US_ASCII), ID_SIZE);
    this.activation = activation;
    this.queue = activation.queues().getFirst();
  }

  @Override
  public void notified(int index) {
    for (int served = 0; served < BATCH; served++) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        activation.interrupt(queue);
        return;
      }
      if (!serve(chain)) {
        return;
      }
    }
    activation.interrupt(queue);
    activation.loop().execute(() -> activation.run(() -> notified(index)));
  }

  /// False after a fault: there is no place for a status, so the driver cannot be told otherwise.
  private boolean serve(DescriptorChain chain) {
    Buffers readable = chain.readable();
    Buffers writable = chain.writable();
    if (readable.byteSize() < HEADER_SIZE || writable.byteSize() < 1) {
      long size = Math.min(readable.byteSize(), writable.byteSize());
      activation.fault(new DeviceFault(Cause.REQUEST, size));
      return false;
    }
    readable.copyTo(header);
    Buffers out = readable.slice(HEADER_SIZE, readable.byteSize() - HEADER_SIZE);
    Buffers in = writable.slice(0, writable.byteSize() - 1);
    byte status =
        switch (header.get(INT, 0)) {
          case VIRTIO_BLK_T_IN -> transfer(in, false);
          case VIRTIO_BLK_T_OUT -> disk.isReadOnly() ? VIRTIO_BLK_S_IOERR : transfer(out, true);
          case VIRTIO_BLK_T_FLUSH -> flush();
          case VIRTIO_BLK_T_GET_ID -> getId(in);
          default -> VIRTIO_BLK_S_UNSUPP;
        };
    writable
        .slice(writable.byteSize() - 1, 1)
        .segments()
        .getFirst()
        .set(ValueLayout.JAVA_BYTE, 0, status);
    queue.used(chain, writable.byteSize());
    return true;
  }

  private byte transfer(Buffers data, boolean isWrite) {
    long sector = header.get(LONG, 8);
    long size = data.byteSize();
    long sectors = disk.byteSize() / Block.SECTOR_SIZE;
    boolean isWithinDisk =
        sector >= 0 && sector <= sectors && size / Block.SECTOR_SIZE <= sectors - sector;
    if (!isWithinDisk
        || size % Block.SECTOR_SIZE != 0
        || size > MAX_DATA
        || data.segments().size() > MAX_PIECES) {
      return VIRTIO_BLK_S_IOERR;
    }
    vector.set(data.segments());
    long end = sector * Block.SECTOR_SIZE + size;
    while (vector.remaining() > 0) {
      long offset = end - vector.remaining();
      long result =
          isWrite ? vector.pwriteResult(disk.fd(), offset) : vector.preadResult(disk.fd(), offset);
      // Zero is the end of a file that became shorter under us.
      if (result <= 0) {
        return failed(isWrite ? "write" : "read", -result);
      }
    }
    return VIRTIO_BLK_S_OK;
  }

  private byte flush() {
    int result = disk.isReadOnly() ? 0 : disk.fd().fdatasyncResult();
    return result < 0 ? failed("flush", -result) : VIRTIO_BLK_S_OK;
  }

  private byte getId(Buffers in) {
    int length = (int) Math.min(in.byteSize(), ID_SIZE);
    in.copyFrom(MemorySegment.ofArray(id).asSlice(0, length));
    return VIRTIO_BLK_S_OK;
  }

  // Told once: after the first failure of a full disk there are thousands.
  private byte failed(String what, long errno) {
    if (!hasFailed) {
      hasFailed = true;
      String reason = Errno.of((int) errno).text();
      LOG.log(
          Level.WARNING,
          "the guest gets input/output errors: {0} of {1}: {2}",
          what,
          disk.fd(),
          reason);
    }
    return VIRTIO_BLK_S_IOERR;
  }

  @Override
  public void close() {
    // Requests are served within notified(), so none is in flight here.
  }
}
