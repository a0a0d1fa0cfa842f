package fcvm.virtio.fs;

import fcvm.fuse.FuseMessage;
import fcvm.fuse.FuseServer;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import fcvm.virtio.Virtqueue;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// Requests between the queues and the workers, from the driver's start to its reset.
///
/// Requests are taken on the event loop and served by workers, without the transport's lock, which
/// they need only to give them back. A reset comes with that lock held: it waits until no worker is
/// inside a request, not for what they want to give back; that is dropped.
final class ActiveFs implements ActiveDevice {
  private static final System.Logger LOG = System.getLogger(ActiveFs.class.getName());

  private static final int HIPRIO = 0;

  /// `struct fuse_in_header`: less is no request.
  private static final int MIN_REQUEST = 40;

  /// Requests taken before other devices get their turn.
  private static final int BATCH = 64;

  private final FuseServer server;
  private final FsWorkers workers;
  private final Activation activation;
  private final Queue<FsChain> answered = new ConcurrentLinkedQueue<>();

  // Guarded by this.
  private int serving;
  private boolean isClosed;

  ActiveFs(FuseServer server, FsWorkers workers, Activation activation) {
    this.server = server;
    this.workers = workers;
    this.activation = activation;
  }

  @Override
  public void notified(int index) {
    Virtqueue queue = activation.queues().get(index);
    for (int taken = 0; taken < BATCH; taken++) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        activation.interrupt(queue);
        return;
      }
      if (chain.readable().byteSize() < MIN_REQUEST) {
        activation.fault(new DeviceFault(Cause.REQUEST, chain.readable().byteSize()));
        return;
      }
      if (index == HIPRIO) {
        workers.executeUrgent(() -> serve(queue, chain, server::serveUrgent));
      } else {
        workers.execute(() -> serve(queue, chain, server::serve));
      }
    }
    activation.interrupt(queue);
    activation.loop().execute(() -> activation.run(() -> notified(index)));
  }

  @SuppressWarnings("CatchingUnchecked") // a bug costs the guest this device, not the VM its worker
  private void serve(Virtqueue queue, DescriptorChain chain, Consumer<FuseMessage> by) {
    if (!enter()) {
      return;
    }
    Thread worker = Thread.currentThread();
    FsChain request =
        new FsChain(queue, chain, done -> giveBack(done, Thread.currentThread() == worker));
    RuntimeException bug = null;
    try {
      by.accept(request);
    } catch (RuntimeException e) {
      bug = e;
    } finally {
      leave();
    }
    if (bug != null) {
      LOG.log(Level.ERROR, "a request of a file system was not served", bug);
      activation.run(() -> activation.fault(new DeviceFault(Cause.HOST, 0)));
    }
    giveAllBack();
  }

  private synchronized boolean enter() {
    if (!isClosed) {
      serving++;
    }
    return !isClosed;
  }

  private synchronized void leave() {
    serving--;
    notifyAll();
  }

  /// @param isWorker whether the worker that serves it is inside it still, and will give it back
  ///   when it has left: a reset may be waiting for it, and holds the lock
  private void giveBack(FsChain request, boolean isWorker) {
    answered.add(request);
    if (!isWorker) {
      giveAllBack();
    }
  }

  private void giveAllBack() {
    if (answered.isEmpty()) {
      return;
    }
    activation.run(() -> {
      Set<Virtqueue> queues = new LinkedHashSet<>();
      for (FsChain request = answered.poll(); request != null; request = answered.poll()) {
        request.giveBack();
        queues.add(request.queue());
      }
      queues.forEach(activation::interrupt);
    });
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    boolean wasInterrupted = false;
    while (serving > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        // The guest's memory must not go away under a request, so the interrupt waits.
        wasInterrupted = true;
      }
    }
    server.reset();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
