package fcvm.vmm;

import java.util.ArrayDeque;
import java.util.Deque;

/// What a microVM holds, released in the reverse order in which it was acquired: so nothing is
/// released before what was built upon it. Closing twice does nothing.
final class Teardown implements AutoCloseable {
  private final Deque<AutoCloseable> steps = new ArrayDeque<>();

  /// Adds something to release, or another step; it comes before all that were added before.
  void add(AutoCloseable step) {
    steps.push(step);
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // what is closed here promises not to fail
  public void close() {
    IllegalStateException failure = null;
    while (!steps.isEmpty()) {
      try {
        steps.pop().close();
      } catch (Exception e) {
        // The other steps run all the same: one bug must not leak the rest.
        if (failure == null) {
          failure = new IllegalStateException("a microVM was not released cleanly", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
