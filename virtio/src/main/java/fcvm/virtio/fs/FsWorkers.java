package fcvm.virtio.fs;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Threads that serve requests, as many as there are requests at a time, up to a bound that slow
/// ones (fsync, a disk that spins up) hardly reach. Platform threads, since the host's credentials
/// belong to those. They end when there is nothing to do for a while.
final class FsWorkers implements AutoCloseable {
  private static final int MAX_THREADS = 32;
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;
  private final ThreadPoolExecutor urgent;

  FsWorkers(String tag) {
    this.pool = pool("fs " + tag + " ", MAX_THREADS);
    this.urgent = pool("fs " + tag + " urgent ", 1);
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform().daemon().name(name + count.getAndIncrement()).unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  void execute(Runnable task) {
    pool.execute(task);
  }

  /// Executes what must not wait behind requests, on a thread of its own. Not on the event loop: to
  /// forget a file that was removed may be what gives its space back, which takes a disk its time.
  void executeUrgent(Runnable task) {
    urgent.execute(task);
  }

  /// Waits for what is being served.
  @Override
  public void close() {
    pool.close();
    urgent.close();
  }
}
