package fcvm.virtio.rng;

import fcvm.linux.Entropy;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import fcvm.virtio.DeviceType;
import fcvm.virtio.VirtioDevice;
import fcvm.virtio.Virtqueue;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Random bytes of the host for the guest. Lives on the monitor's event loop.
public final class Rng implements VirtioDevice {
  /// Most bytes that one request receives: a guest must not keep the loop busy.
  static final int MAX_REQUEST = 64 * 1024;

  private static final int QUEUE_SIZE = 64;

  /// Requests served before other devices get their turn.
  private static final int BATCH = 16;

  /// A device that needs nothing but the kernel's generator.
  public Rng() {}

  @Override
  public DeviceType type() {
    return DeviceType.RNG;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public List<Integer> queueSizes() {
    return List.of(QUEUE_SIZE);
  }

  @Override
  public void readConfig(long offset, MemorySegment into) {
    // It has no configuration (5.4.4).
  }

  @Override
  public ActiveDevice activate(Activation activation) {
    return new Active(activation, activation.queues().getFirst());
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  private record Active(Activation activation, Virtqueue queue) implements ActiveDevice {
    @Override
    public void notified(int index) {
      for (int served = 0; served < BATCH; served++) {
        DescriptorChain chain = queue.next();
        if (chain == null) {
          activation.interrupt(queue);
          return;
        }
        long written = fill(chain.writable().segments());
        // A driver offers room for at least a byte (5.4.6.1), and an empty answer would make it ask
        // again at once.
        if (written == 0) {
          activation.fault(new DeviceFault(Cause.REQUEST, chain.head()));
          return;
        }
        queue.used(chain, written);
      }
      activation.interrupt(queue);
      activation.loop().execute(() -> activation.run(() -> notified(index)));
    }

    private static long fill(List<MemorySegment> segments) {
      long written = 0;
      for (MemorySegment segment : segments) {
        long wanted = Math.min(segment.byteSize(), MAX_REQUEST - written);
        long done = wanted == 0 ? 0 : Entropy.fillResult(segment.asSlice(0, wanted));
        if (done <= 0) {
          break;
        }
        written += done;
        if (done < segment.byteSize()) {
          break;
        }
      }
      return written;
    }

    @Override
    public void close() {
      // Requests are served within notified().
    }
  }
}
