package fcvm.virtio.fs;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import fcvm.fuse.FuseServer;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DeviceType;
import fcvm.virtio.VirtioDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A file system of the host, which the guest mounts by its tag: `mount -t virtiofs TAG DIR`.
///
/// Queue 0 carries what must not wait behind other requests (forgetting, interrupts), the others
/// carry requests.
public final class Fs implements VirtioDevice {
  /// Bytes that a tag may have, in UTF-8.
  public static final int MAX_TAG_SIZE = 36;

  /// Room for the requests of many processes. Linux sends no request with more pieces than a queue
  /// has descriptors, four of which are not data: 512 make 1 MiB of pages possible.
  private static final int QUEUE_SIZE = 512;

  /// When Linux forgets many files at once and finds this queue full, it naps.
  private static final int HIPRIO_QUEUE_SIZE = 1024;

  // struct virtio_fs_config { u8 tag[36]; le32 num_request_queues; }
  private static final int CONFIG_QUEUES = MAX_TAG_SIZE;
  private static final int CONFIG_SIZE = MAX_TAG_SIZE + Integer.BYTES;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN);

  private final FuseServer server;
  private final FsThreads threads;
  private final int requestQueues;
  private final MemorySegment config = Arena.ofAuto().allocate(CONFIG_SIZE, 4);

  /// @param tag the name by which the guest finds it, 1 to [#MAX_TAG_SIZE] bytes
  /// @param server answers the requests; the device's from now on
  /// @param requestQueues 1 or more; one for each vCPU spares the guest a lock
  public Fs(String tag, FuseServer server, int requestQueues) {
    byte[] bytes = tag.getBytes(UTF_8);
    if (bytes.length == 0 || bytes.length > MAX_TAG_SIZE) {
      throw new IllegalArgumentException(
          "tag '" + tag + "': 1 to " + MAX_TAG_SIZE + " bytes, not " + bytes.length);
    }
    MemorySegment.copy(bytes, 0, config, ValueLayout.JAVA_BYTE, 0, bytes.length);
    config.set(INT, CONFIG_QUEUES, requestQueues);
    this.server = server;
    this.requestQueues = requestQueues;
    this.threads = new FsThreads(tag);
  }

  @Override
  public DeviceType type() {
    return DeviceType.FS;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public List<Integer> queueSizes() {
    List<Integer> sizes = new ArrayList<>();
    sizes.add(HIPRIO_QUEUE_SIZE);
    for (int i = 0; i < requestQueues; i++) {
      sizes.add(QUEUE_SIZE);
    }
    return sizes;
  }

  @Override
  public void readConfig(long offset, MemorySegment into) {
    if (offset < CONFIG_SIZE) {
      long length = Math.min(into.byteSize(), CONFIG_SIZE - offset);
      MemorySegment.copy(config, offset, into, 0, length);
    }
  }

  @Override
  public boolean waitsItself() {
    return true;
  }

  @Override
  public ActiveDevice activate(Activation activation) {
    ActiveFs active = new ActiveFs(server, threads, activation);
    active.start();
    return active;
  }

  /// Waits for the threads and closes the server, with all that the guest had open.
  @Override
  public void close() {
    threads.close();
    server.close();
  }
}
