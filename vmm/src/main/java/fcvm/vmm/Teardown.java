package fcvm.vmm;

import java.util.ArrayDeque;
import java.util.Deque;

/// What a microVM holds, released in the reverse order in which it was acquired: so nothing is
/// released before what was built upon it. Closing twice does nothing.
final class Teardown implements AutoCloseable {
  /// A step that cannot fail in a way that anyone could act on.
  @FunctionalInterface
  interface Step {
    void run();
  }

  private final Deque<Step> steps = new ArrayDeque<>();

  /// Adds a step; it runs before all that were added before.
  void add(Step step) {
    steps.push(step);
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        // The other steps run all the same: one bug must not leak the rest.
        if (failure == null) {
          failure = e;
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
