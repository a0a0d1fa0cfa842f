package fcvm.virtio.blk;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.DiskFile;
import fcvm.linux.EventLoop;
import fcvm.linux.Join;
import fcvm.linux.LinuxException;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DeviceType;
import fcvm.virtio.VirtioDevice;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// A disk in a file or block device of the host.
///
/// File I/O may block for long, so each disk has a loop and a thread of its own: requests of one
/// disk are served in order, and no other device waits for them. A reset waits for the request that
/// is being served.
public final class Block implements VirtioDevice {
  /// Unit of all addresses and lengths.
  static final int SECTOR_SIZE = 512;

  /// Most segments of one request's data.
  static final int SEG_MAX = 126;

  /// Most bytes of one segment.
  static final int SIZE_MAX = 512 * 1024;

  static final long VIRTIO_BLK_F_SIZE_MAX = 1L << 1;
  static final long VIRTIO_BLK_F_SEG_MAX = 1L << 2;
  static final long VIRTIO_BLK_F_RO = 1L << 5;
  static final long VIRTIO_BLK_F_BLK_SIZE = 1L << 6;
  static final long VIRTIO_BLK_F_FLUSH = 1L << 9;

  private static final System.Logger LOG = System.getLogger(Block.class.getName());

  private static final int QUEUE_SIZE = 256;

  // struct virtio_blk_config: offsets of the fields that have a value here.
  private static final int CONFIG_CAPACITY = 0;
  private static final int CONFIG_SIZE_MAX = 8;
  private static final int CONFIG_SEG_MAX = 12;
  private static final int CONFIG_BLK_SIZE = 20;
  private static final int CONFIG_SIZE = 24;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(LITTLE_ENDIAN);

  private final DiskFile disk;
  private final String id;
  private final EventLoop loop;
  private final Thread thread;
  private final MemorySegment config = Arena.ofAuto().allocate(CONFIG_SIZE, 8);

  /// Opens and locks the disk, and starts its thread.
  ///
  /// @param path the file; a last part shorter than a sector is not visible to the guest
  /// @param id what the guest reads as the disk's serial number, ASCII, cut to 20 bytes
  /// @throws LinuxException if it cannot be opened, or another VM uses it
  public Block(Path path, boolean isReadOnly, String id) throws LinuxException {
    this.disk = DiskFile.open(path.toString(), isReadOnly);
    this.id = id;
    config.set(LONG, CONFIG_CAPACITY, disk.byteSize() / SECTOR_SIZE);
    config.set(INT, CONFIG_SIZE_MAX, SIZE_MAX);
    config.set(INT, CONFIG_SEG_MAX, SEG_MAX);
    config.set(INT, CONFIG_BLK_SIZE, SECTOR_SIZE);
    try {
      this.loop = new EventLoop();
    } catch (LinuxException e) {
      disk.close();
      throw e;
    }
    this.thread = Thread.ofPlatform().daemon().name("block " + id).start(this::serve);
  }

  private void serve() {
    try {
      loop.run();
    } catch (LinuxException e) {
      LOG.log(Level.ERROR, "disk " + disk.fd() + " is not served any more", e);
    }
  }

  @Override
  public DeviceType type() {
    return DeviceType.BLOCK;
  }

  @Override
  public long features() {
    return VIRTIO_BLK_F_SIZE_MAX
        | VIRTIO_BLK_F_SEG_MAX
        | VIRTIO_BLK_F_BLK_SIZE
        | VIRTIO_BLK_F_FLUSH
        | (disk.isReadOnly() ? VIRTIO_BLK_F_RO : 0);
  }

  @Override
  public List<Integer> queueSizes() {
    return List.of(QUEUE_SIZE);
  }

  @Override
  public void readConfig(long offset, MemorySegment into) {
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
  public ActiveDevice activate(Activation activation) {
    return new BlockQueue(disk, id, activation);
  }

  /// Ends the disk's thread, makes all data durable and unlocks the file.
  @Override
  public void close() {
    loop.stop();
    Join.uninterruptibly(thread); // the file must not be closed under a request
    loop.close();
    try {
      disk.close();
    } catch (LinuxException e) {
      LOG.log(Level.ERROR, "data of a disk may be lost", e);
    }
  }
}
