package fcvm.agent.protocol;

/// Credit for standard input: how many bytes the sender may still send. Any thread.
public final class StdinWindow {
  /// What a receiver holds without having been asked, in bytes.
  public static final int INITIAL = 256 * 1024;

  private int credit = INITIAL;
  private boolean closed;

  /// With [#INITIAL] credit.
  public StdinWindow() {}

  /// Waits until there is credit and takes some of it.
  ///
  /// @param wanted at least 1
  /// @return bytes that may be sent, 1 to `wanted`; 0 once closed
  public synchronized int take(int wanted) throws InterruptedException {
    while (credit == 0 && !closed) {
      wait();
    }
    if (closed) {
      return 0;
    }
    int taken = Math.min(credit, wanted);
    credit -= taken;
    return taken;
  }

  /// Credit that came with a WINDOW, or that was taken and not used.
  ///
  /// @param bytes what is not between 0 and [#INITIAL], or would exceed it, is cut: the other side
  ///   may not be trusted
  public synchronized void give(int bytes) {
    credit = Math.clamp((long) credit + Math.clamp(bytes, 0, INITIAL), 0, INITIAL);
    notifyAll();
  }

  /// Nothing more will be sent: wakes the sender.
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
