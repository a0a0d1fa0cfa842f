package fcvm.container.inception;

import fcvm.container.ContainerException;
import fcvm.container.ContainerRun;
import fcvm.linux.Join;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A microVM that is there for what its system does while its container sleeps, on a thread of its
/// own. Used by one other thread.
final class HostVm {
  private static final int SIGTERM = 15;
  private static final long LOOK_MILLIS = 100;

  private final ContainerRun run;
  private final CountDownLatch ready;
  private final Thread thread;
  private volatile @Nullable ContainerException failure;

  /// @param ready released when the system takes commands
  HostVm(ContainerRun run, CountDownLatch ready) {
    this.run = run;
    this.ready = ready;
    this.thread = Thread.ofPlatform().name("host-vm").unstarted(this::live);
  }

  private void live() {
    try {
      run.run();
    } catch (ContainerException e) {
      failure = e;
    }
  }

  /// Boots it; returns when its system takes commands.
  ///
  /// @throws ContainerException if it ends before
  void start() throws ContainerException, InterruptedException {
    thread.start();
    while (!ready.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (!thread.isAlive()) {
        ContainerException reason = failure;
        throw reason == null ? new ContainerException("the VM ended at once") : reason;
      }
    }
  }

  /// Ends it, and waits until nothing of it is left.
  void stop() {
    run.signal(SIGTERM);
    Join.uninterruptibly(thread);
  }
}
