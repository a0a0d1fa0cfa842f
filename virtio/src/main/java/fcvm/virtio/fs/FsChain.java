package fcvm.virtio.fs;

import fcvm.fuse.FuseMessage;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.Virtqueue;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A request in guest memory.
final class FsChain implements FuseMessage {
  private final FsQueue queue;
  private final DescriptorChain chain;
  private final Thread server = Thread.currentThread();
  private volatile long written;

  /// Made by the thread that serves it.
  FsChain(FsQueue queue, DescriptorChain chain) {
    this.queue = queue;
    this.chain = chain;
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
    queue.handOver();
  }

  @Override
  public void done(long bytes) {
    written = bytes;
    queue.answered(this, Thread.currentThread() == server);
  }

  /// Gives the request back to the driver. The transport's lock is held.
  void giveBack(Virtqueue to) {
    to.used(chain, written);
  }
}
