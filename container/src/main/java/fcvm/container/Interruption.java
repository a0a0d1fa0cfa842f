package fcvm.container;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What signals do to a run.
///
/// Before there is a container, the first one ends the run: its thread is interrupted, and what it
/// waits for gives way. From then on it goes to the container, as Podman's `--sig-proxy`; a second
/// one, or ten seconds, stops the VM.
final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  /// Something that takes signals.
  @FunctionalInterface
  interface Taker {
    void signal(int number) throws IOException;
  }

  private final Thread run;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("patience").unstarted(task));
  private @Nullable Taker container;
  private @Nullable Runnable stop;
  private int first;

  /// @param run the thread that a signal before the container interrupts
  Interruption(Thread run) {
    this.run = run;
  }

  /// From now on there is a VM that can be stopped.
  synchronized void stopWith(Runnable stopper) {
    stop = stopper;
  }

  /// From now on signals go to the container.
  synchronized void forwardTo(Taker taker) {
    if (first == 0) {
      container = taker;
    }
  }

  /// A signal arrived.
  synchronized void signal(int number) {
    boolean again = first != 0;
    if (!again) {
      first = number;
    }
    if (again || container == null) {
      end();
      return;
    }
    try {
      container.signal(number);
      timer.schedule(this::end, PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      end(); // it cannot be told any more
    }
  }

  private synchronized void end() {
    if (stop != null) {
      stop.run();
    }
    run.interrupt();
  }

  /// The first signal, 0 if there was none.
  synchronized int first() {
    return first;
  }

  /// As an exit code.
  int exitCode() {
    return 128 + first();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
