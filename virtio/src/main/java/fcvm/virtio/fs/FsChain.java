package fcvm.virtio.fs;

import fcvm.fuse.FuseMessage;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.Virtqueue;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/// A request in guest memory.
final class FsChain implements FuseMessage {
  private final Virtqueue queue;
  private final DescriptorChain chain;
  private final Consumer<FsChain> onDone;
  private volatile long written;

  /// @param onDone told when the request is answered, on any thread
  FsChain(Virtqueue queue, DescriptorChain chain, Consumer<FsChain> onDone) {
    this.queue = queue;
    this.chain = chain;
    this.onDone = onDone;
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
  public void done(long bytes) {
    written = bytes;
    onDone.accept(this);
  }

  Virtqueue queue() {
    return queue;
  }

  /// Gives the request back to the driver. The transport's lock is held.
  void giveBack() {
    queue.used(chain, written);
  }
}
