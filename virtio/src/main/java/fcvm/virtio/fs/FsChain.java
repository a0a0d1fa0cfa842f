package fcvm.virtio.fs;

import fcvm.fuse.FuseMessage;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.Virtqueue;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A request in guest memory.
final class FsChain implements FuseMessage {
  private final Virtqueue queue;
  private final DescriptorChain chain;
  private final ActiveFs device;
  private final Runnable handOver;
  private final Thread server = Thread.currentThread();
  private volatile long written;

  /// Made by the thread that serves it.
  ///
  /// @param device told when it is answered
  /// @param handOver run when others should be served by another thread
  FsChain(Virtqueue queue, DescriptorChain chain, ActiveFs device, Runnable handOver) {
    this.queue = queue;
    this.chain = chain;
    this.device = device;
    this.handOver = handOver;
  }

  @Override
  public List<MemorySegment> request() {
    return chain.readable().segments();
  }

  @Override
  public List<MemorySegment> reply() {
    return chain.writable().segments();
  }

  @Override
  public void aboutToWait() {
    handOver.run();
  }

  @Override
  public void done(long bytes) {
    written = bytes;
    device.answered(this, Thread.currentThread() == server);
  }

  Virtqueue queue() {
    return queue;
  }

  /// Gives the request back to the driver. The transport's lock is held.
  void giveBack() {
    queue.used(chain, written);
  }
}
