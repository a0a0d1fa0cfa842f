package fcvm.cli;

import fcvm.container.Interruption;
import java.time.Duration;
import java.util.concurrent.Callable;

/// Work of this process alone that a signal ends: its thread is interrupted, and removes what is
/// half done on its way out. A second signal ends the process as it is.
final class Interruptible {
  private Interruptible() {}

  /// Works on this thread.
  ///
  /// @return what the work returns; 128+n if signal n ended it
  static int run(Callable<Integer> work) throws Exception {
    try (Interruption interruption = new Interruption(0, Duration.ZERO);
        Signals _ = Signals.take(Signals.ending(), number -> signal(interruption, number))) {
      try {
        return work.call();
      } catch (Exception e) {
        if (interruption.first() != 0) {
          return interruption.exitCode();
        }
        throw e;
      }
    }
  }

  private static void signal(Interruption interruption, int number) {
    if (interruption.first() != 0) {
      System.exit(128 + number);
    }
    interruption.signal(number);
  }
}
