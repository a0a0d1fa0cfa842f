package fcvm.virtio.fs;

import fcvm.fuse.FuseMessage;
import fcvm.fuse.FuseServer;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/// The device from the driver's start to its reset: the threads of its queues, and what they have
/// in common.
///
/// A reset comes with the transport's lock held, which the threads need only to take requests and
/// to give them back: it waits until none is inside a request, and what they would give back then
/// is dropped.
final class ActiveFs implements ActiveDevice {
  private static final System.Logger LOG = System.getLogger(ActiveFs.class.getName());

  private static final int HIPRIO = 0;

  private final FuseServer server;
  private final Activation activation;
  private final FsThreads threads;

  // Guarded by this.
  private int inside;
  private boolean isClosed;

  ActiveFs(FuseServer server, FsThreads threads, Activation activation) {
    this.server = server;
    this.activation = activation;
    this.threads = threads;
  }

  /// Begins to serve the queues.
  void start() {
    for (int i = 0; i < activation.queues().size(); i++) {
      // What is urgent is served apart: to forget a file that was removed may be what gives its
      // space back, which takes a disk its time.
      boolean isUrgent = i == HIPRIO;
      Consumer<FuseMessage> by = isUrgent ? server::serveUrgent : server::serve;
      new FsQueue(this, activation, i, threads, by, isUrgent).start();
    }
  }

  /// Begins a time in which the guest's memory stays.
  ///
  /// @return false after the reset
  synchronized boolean enter() {
    if (!isClosed) {
      inside++;
    }
    return !isClosed;
  }

  /// Ends what [#enter] began.
  synchronized void leave() {
    inside--;
    if (isClosed) {
      notifyAll();
    }
  }

  @SuppressWarnings("CatchingUnchecked") // a bug costs the guest this device, not the VM its thread
  void serve(FsChain request, Consumer<FuseMessage> by) {
    try {
      by.accept(request);
    } catch (RuntimeException | Error e) {
      // An error too: a thread that dies would take the lead of its queue with it.
      LOG.log(Level.ERROR, "a request of a file system was not served", e);
      // Not from here: a reset may be waiting for this thread, with the lock.
      activation.loop().execute(() -> activation.run(this::fault));
    }
  }

  private void fault() {
    activation.fault(new DeviceFault(Cause.HOST, 0));
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    boolean wasInterrupted = false;
    while (inside > 0) {
      for (int i = 0; i < activation.queues().size(); i++) {
        activation.notifications(i).signal();
      }
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
