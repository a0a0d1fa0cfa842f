package fcvm.vmm;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;

/// What the guest's serial port sends, on its way to a stream that may be slow or stuck. vCPU
/// threads put bytes into a buffer; a thread of its own writes them to the stream, as many at a
/// time as there are. A full buffer makes the guest wait, until [#close].
final class SerialOutput extends OutputStream {
  private static final int CAPACITY = 1 << 16;

  /// How long the end of a microVM waits for a stream that takes nothing.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final OutputStream stream;
  private final byte[] buffer = new byte[CAPACITY];
  private final Thread thread;
  private int length;
  private boolean closed;
  private boolean broken;

  /// @param stream is flushed after each write, and not closed
  SerialOutput(OutputStream stream) {
    this.stream = stream;
    this.thread = Thread.ofPlatform().name("serial").daemon().start(this::pump);
  }

  @Override
  public synchronized void write(int b) {
    boolean interrupted = false;
    while (length == CAPACITY && !closed && !broken) {
      try {
        wait();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (length < CAPACITY && !broken) {
      buffer[length++] = (byte) b;
      notifyAll();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump() {
    try {
      for (byte[] bytes = take(); bytes.length > 0; bytes = take()) {
        stream.write(bytes);
        stream.flush();
      }
    } catch (IOException | InterruptedException _) {
      // Nobody listens any more; the guest goes on, as it does when a real cable is pulled.
      synchronized (this) {
        broken = true;
        notifyAll();
      }
    }
  }

  /// All bytes that are there, at least one; none at the end.
  private synchronized byte[] take() throws InterruptedException {
    while (length == 0 && !closed) {
      wait();
    }
    byte[] bytes = Arrays.copyOf(buffer, length);
    length = 0;
    notifyAll();
    return bytes;
  }

  /// Lets waiting vCPUs go: bytes that find no room are lost from now on.
  synchronized void release() {
    closed = true;
    notifyAll();
  }

  /// Writes what is left, as far as the stream takes it.
  @Override
  public void close() {
    release();
    try {
      if (!thread.join(PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
