package fcvm.container;

import fcvm.vmm.VmExit;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Sees a guest end, so that nobody waits for one that is gone. A virtual thread of its own waits
/// for the end.
final class GuestWatch {
  private static final int POLL_MILLIS = 50;

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable VmExit exit;

  GuestWatch(Guest guest) {
    Thread.startVirtualThread(() -> {
      try {
        exit = guest.await();
      } catch (InterruptedException e) {
        exit = new VmExit.Stopped();
      }
      over.countDown();
    });
  }

  /// Work that waits for the guest and throws when what it waits on is closed.
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /// Works until it is done, or the guest has ended.
  ///
  /// @param waitsOn closed when the guest has ended
  <T> T until(AutoCloseable waitsOn, Work<T> work) throws IOException {
    return until(waitsOn, work, () -> true);
  }

  /// As above, for work that may still have something to do when the guest has ended.
  ///
  /// @param idle whether it has nothing left to do
  <T> T until(AutoCloseable waitsOn, Work<T> work, BooleanSupplier idle) throws IOException {
    Thread closer = Thread.startVirtualThread(() -> closeWhenOver(waitsOn, idle));
    try {
      return work.run();
    } finally {
      closer.interrupt();
    }
  }

  @SuppressWarnings("CatchingUnchecked") // close() of anything: the work then fails by itself
  private void closeWhenOver(AutoCloseable waitsOn, BooleanSupplier idle) {
    try {
      over.await();
      while (!idle.getAsBoolean()) {
        Thread.sleep(POLL_MILLIS);
      }
      waitsOn.close();
    } catch (Exception e) {
      // Interrupted: the work is done.
      return;
    }
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  boolean isOverWithin(long millis) throws InterruptedException {
    return over.await(millis, TimeUnit.MILLISECONDS);
  }

  /// How it ended, null while it runs.
  @Nullable VmExit exit() {
    return exit;
  }
}
