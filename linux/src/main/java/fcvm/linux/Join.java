package fcvm.linux;

/// Waiting for threads that are about to end.
public final class Join {
  private Join() {}

  /// Waits for the end of `thread`, also when the caller is interrupted: what the thread uses may
  /// be released only then. The caller stays interrupted.
  public static void uninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
