package fcvm.agent.machine;

import java.time.Duration;

/// How many sessions are open, and since when there is none. Any thread.
final class Sessions {
  private int open;
  private long idleSince = System.nanoTime();

  synchronized void opened() {
    open++;
  }

  synchronized void closed() {
    open--;
    idleSince = System.nanoTime();
  }

  /// For how long nothing has been going on.
  synchronized Duration idle() {
    return open > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - idleSince);
  }

  /// Something goes on that is not a session.
  synchronized void busy() {
    idleSince = System.nanoTime();
  }
}
