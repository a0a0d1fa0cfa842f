package fcvm.container;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What signals do to a foreground command.
///
/// Before there is something to signal, the first one ends the command: its thread is interrupted,
/// and what it waits for gives way. From then on they go there, as with Podman's `--sig-proxy`;
/// when that does not help, one more signal, or some time, ends the command.
public final class Interruption implements AutoCloseable {
  private final Thread command;
  private final int forwarded;
  private final Duration patience;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("patience").unstarted(task));
  private @Nullable Taker taker;
  private @Nullable Runnable stop;
  private int first;
  private int count;
  private boolean isClosed;

  /// Something that takes signals.
  @FunctionalInterface
  public interface Taker {
    /// Takes one.
    ///
    /// @throws IOException if it cannot be reached any more
    void signal(int number) throws IOException;
  }

  /// Made on the thread that runs the command.
  ///
  /// @param forwarded how many signals go on before one ends the command
  /// @param patience how long after the first one the command ends anyway
  public Interruption(int forwarded, Duration patience) {
    this.command = Thread.currentThread();
    this.forwarded = forwarded;
    this.patience = patience;
  }

  /// From now on there is something to stop, to end the command.
  public synchronized void stopWith(Runnable stopper) {
    stop = stopper;
  }

  /// From now on signals go there.
  public synchronized void forwardTo(Taker to) {
    if (first == 0) {
      taker = to;
    }
  }

  /// A signal arrived. Any thread.
  public synchronized void signal(int number) {
    if (isClosed) {
      return; // the command has ended
    }
    count++;
    if (first == 0) {
      first = number;
    }
    if (taker == null || count > forwarded) {
      end();
      return;
    }
    try {
      taker.signal(number);
      if (count == 1) {
        var _ = timer.schedule(this::end, patience.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      end(); // it cannot be told any more
    }
  }

  private synchronized void end() {
    if (stop != null) {
      stop.run();
    }
    command.interrupt();
  }

  /// The first signal, 0 if there was none.
  public synchronized int first() {
    return first;
  }

  /// The first signal as an exit code.
  public int exitCode() {
    return 128 + first();
  }

  // Not while a signal is being sent on, which may be what ended the command.
  @Override
  public synchronized void close() {
    isClosed = true;
    timer.shutdownNow();
  }
}
