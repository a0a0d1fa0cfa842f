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

  FsWorkers(String tag) {
    AtomicInteger count = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("fs " + tag + " " + count.getAndIncrement())
                    .unstarted(task));
    pool.allowCoreThreadTimeOut(true);
  }

  void execute(Runnable task) {
    pool.execute(task);
  }

  /// Waits for what is being served.
  @Override
  public void close() {
    pool.close();
  }
}
