package fcvm.virtio.fs;

import fcvm.fuse.FuseMessage;
import fcvm.linux.EventFd;
import fcvm.virtio.Activation;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import fcvm.virtio.Virtqueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A queue and its threads, one of which leads: it waits for requests and serves them itself, so
/// that a request is one thread's from the guest's notification to the guest's interrupt. Before
/// one that waits for the disk it hands the lead over, and what comes next is served meanwhile.
final class FsQueue {
  /// `struct fuse_in_header`: less is no request.
  private static final int MIN_REQUEST = 40;

  private static final long IDLE_SECONDS = 30;

  private final ActiveFs device;
  private final Activation activation;
  private final Virtqueue queue;
  private final EventFd notifications;
  private final FsThreads threads;
  private final Consumer<FuseMessage> server;
  private final boolean isUrgent;
  private final Queue<FsChain> answered = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lead = new ReentrantLock();

  // Whose holder alone uses it.
  private @Nullable DescriptorChain taken;

  /// @param isUrgent whether nobody waits for the requests here, so that the guest is not
  ///   interrupted for each
  FsQueue(
      ActiveFs device,
      Activation activation,
      int index,
      FsThreads threads,
      Consumer<FuseMessage> server,
      boolean isUrgent) {
    this.device = device;
    this.activation = activation;
    this.queue = activation.queues().get(index);
    this.notifications = activation.notifications(index);
    this.threads = threads;
    this.server = server;
    this.isUrgent = isUrgent;
  }

  /// Begins to serve; ends with the device's reset.
  void start() {
    threads.startLeader(this::work);
  }

  private void work() {
    boolean isOpen = true;
    while (isOpen && takeLead()) {
      while (isOpen && lead.isHeldByCurrentThread()) {
        isOpen = serveOrWait();
      }
      if (lead.isHeldByCurrentThread()) {
        lead.unlock();
      }
    }
  }

  /// Waits until this thread leads.
  ///
  /// @return false if it is not needed any more
  private boolean takeLead() {
    if (lead.tryLock()) {
      return true;
    }
    try {
      if (lead.tryLock(IDLE_SECONDS, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      return false; // nobody does that
    }
    // Who resigned before we were out of the line counted on us.
    return lead.tryLock();
  }

  /// A request is about to wait for the disk: its thread no longer leads.
  void handOver() {
    if (lead.isHeldByCurrentThread()) {
      lead.unlock();
      if (!lead.isLocked() && !lead.hasQueuedThreads()) {
        threads.startHelper(this::work);
      }
    }
  }

  /// @return false after the reset
  private boolean serveOrWait() {
    // One turn with the transport's lock for both: what was answered, and what is next.
    activation.run(() -> {
      giveBack();
      taken = next();
      if (taken == null || !isUrgent) {
        activation.interrupt(queue);
      }
    });
    DescriptorChain chain = taken;
    taken = null;
    // Its memory may go once it is outside, so a reset waits; this thread must not want the lock.
    if (!device.enter()) {
      return false;
    }
    try {
      if (chain == null) {
        notifications.drain();
      } else {
        device.serve(new FsChain(this, chain), server);
      }
    } finally {
      device.leave();
    }
    if (!lead.isHeldByCurrentThread()) {
      giveBackNow();
    }
    return true;
  }

  /// A request is answered.
  ///
  /// @param byServer whether by the thread that serves it, which will give it back when it is no
  ///   longer inside
  void answered(FsChain request, boolean byServer) {
    answered.add(request);
    if (!byServer) {
      giveBackNow();
    }
  }

  private void giveBackNow() {
    activation.run(() -> {
      giveBack();
      activation.interrupt(queue);
    });
  }

  private void giveBack() {
    for (FsChain request = answered.poll(); request != null; request = answered.poll()) {
      request.giveBack(queue);
    }
  }

  private @Nullable DescriptorChain next() {
    DescriptorChain chain = queue.next();
    if (chain != null && chain.readable().byteSize() < MIN_REQUEST) {
      activation.fault(new DeviceFault(Cause.REQUEST, chain.readable().byteSize()));
      return null;
    }
    return chain;
  }
}
